import { label, t, tn } from "../i18n";
import { tellFailure } from "../state/failures";
import { outboxPending, unreadConversations } from "../state/lists";
import { go, hrefOf, openConversation, route, type Route } from "../state/route";
import { dialog } from "../state/screen";
import { isSupervisor, me, signOut } from "../state/session";
import { sound } from "../state/settings";
import { Avatar } from "../ui/bits";
import { Icon, type IconName } from "../ui/Icon";
import { Mark } from "../ui/Mark";

interface LinkProps {
  to: Route;
  icon: IconName;
  text: string;
  count?: number;
  countText?: string;
  /** a figure to know, not a call to act */
  calm?: boolean;
}

function RailLink({ to, icon, text, count = 0, countText = "", calm = false }: LinkProps) {
  const here = route.value.view === to.view;
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (here && to.view === "inbox") openConversation(null);
    else go(to);
  };
  return (
    <a class="rail-item" href={hrefOf(to)} aria-current={here ? "page" : undefined} title={text} onClick={follow}>
      <Icon name={icon} size={20} />
      <span class="rail-text">{text}</span>
      {count > 0 && (
        <span class={calm ? "rail-count calm" : "rail-count"}>
          <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
          <span class="sr">{countText}</span>
        </span>
      )}
    </a>
  );
}

function SoundButton() {
  const text = t(sound.value ? "nav.sound_off" : "nav.sound_on");
  return (
    <button type="button" class="rail-item" title={text} aria-label={text} onClick={() => (sound.value = !sound.value)}>
      <Icon name={sound.value ? "sound" : "muted"} size={20} />
    </button>
  );
}

function RailButton({ icon, text, run }: { icon: IconName; text: string; run: () => void }) {
  return (
    <button type="button" class="rail-item" title={text} aria-label={text} onClick={run}>
      <Icon name={icon} size={20} />
    </button>
  );
}

export function Rail() {
  const agent = me.value;
  const unread = unreadConversations.value;
  const waiting = outboxPending.value ?? 0;
  return (
    <nav class="rail" aria-label={t("nav.label")}>
      <div class="rail-brand">
        <Mark />
      </div>
      <RailLink
        to={{ view: "inbox", id: null }}
        icon="inbox"
        text={t("nav.inbox")}
        count={unread}
        countText={tn("mine.unread", unread)}
      />
      <RailLink to={{ view: "search", q: "", state: "" }} icon="search" text={t("nav.search")} />
      <RailLink
        to={{ view: "delivery" }}
        icon="delivery"
        text={t("nav.delivery")}
        calm
        count={waiting}
        countText={tn("delivery.pending", waiting)}
      />
      {isSupervisor.value && <RailLink to={{ view: "review", lang: "" }} icon="pen" text={t("nav.review")} />}
      <div class="rail-gap" />
      <SoundButton />
      <RailButton icon="help" text={t("nav.help")} run={() => (dialog.value = "keys")} />
      <RailButton icon="settings" text={t("nav.settings")} run={() => (dialog.value = "settings")} />
      <RailButton icon="out" text={t("nav.sign_out")} run={() => void signOut().catch((error) => tellFailure(error))} />
      {agent && (
        <div class="rail-me" title={`${agent.name}, ${label("role", agent.role)}`}>
          <Avatar name={agent.name} seed={agent.id} />
          <span class="sr">{`${agent.name}, ${label("role", agent.role)}`}</span>
        </div>
      )}
    </nav>
  );
}
