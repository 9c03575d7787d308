import { t, tn } from "../i18n";
import type { MineItem } from "../api/types";
import { mine, mineKnown, unreadOf } from "../state/lists";
import { openConversation, route } from "../state/route";
import { Avatar, When } from "../ui/bits";
import { Language } from "../ui/Flag";
import { Icon } from "../ui/Icon";

function Unread({ count }: { count: number | null }) {
  if (count === 0) return null;
  const text = count === null ? t("mine.new") : tn("mine.unread", count);
  return (
    <span class="unread">
      <span aria-hidden="true">{count === null ? t("mine.new") : count > 99 ? "99+" : count}</span>
      <span class="sr">{text}</span>
    </span>
  );
}

function MineRow({ item }: { item: MineItem }) {
  const present = route.value;
  const here = present.view === "inbox" && present.id === item.id;
  const unread = unreadOf(item);
  return (
    <li class="row" data-here={here ? "" : undefined} data-unread={unread !== 0 ? "" : undefined}>
      <button
        type="button"
        class="row-open"
        data-row
        aria-current={here ? "true" : undefined}
        onClick={() => openConversation(item.id)}
      >
        <Avatar name={item.contact?.name ?? null} seed={item.contact?.id ?? item.id} online={item.channel === "phone" ? null : item.visitor_online} />
        <span class="row-main">
          <span class="row-top">
            <span class="row-name">{item.contact?.name ?? t("who.stranger")}</span>
            <Language code={item.lang} />
            {item.channel !== "chat" && <Icon name="phone" size={14} />}
            <span class="row-time">{item.last_at && <When at={item.last_at} />}</span>
          </span>
          <span class="row-bottom">
            <span class="row-preview" lang={item.lang}>
              {item.preview}
            </span>
            <Unread count={unread} />
          </span>
        </span>
      </button>
    </li>
  );
}

export function MineList() {
  const items = mine.value;
  return (
    <section class="list" aria-labelledby="mine-title">
      <h2 class="list-title" id="mine-title">
        {t("mine.title")} <span class="count">{items.length}</span>
      </h2>
      {items.length > 0 ? (
        <ul class="rows">
          {items.map((item) => (
            <MineRow key={item.id} item={item} />
          ))}
        </ul>
      ) : (
        mineKnown.value && <p class="list-empty">{t("mine.empty_lead")}</p>
      )}
    </section>
  );
}
