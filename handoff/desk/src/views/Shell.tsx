import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { link, reconnect } from "../state/live";
import { route } from "../state/route";
import { dialog } from "../state/screen";
import { spoken } from "../state/toasts";
import { Icon } from "../ui/Icon";
import { CallStrip } from "./call/CallStrip";
import { RingCard } from "./call/RingCard";
import { Delivery } from "./Delivery";
import { CloseDialog } from "./dialogs/CloseDialog";
import { HeadsetDialog } from "./dialogs/HeadsetDialog";
import { KeysDialog } from "./dialogs/KeysDialog";
import { PeekDialog } from "./dialogs/PeekDialog";
import { ReleaseDialog } from "./dialogs/ReleaseDialog";
import { SettingsDialog } from "./dialogs/SettingsDialog";
import { Inbox } from "./Inbox";
import { listenToKeys } from "./keyboard";
import { Rail } from "./Rail";
import { Review } from "./review/Review";
import { Search } from "./Search";
import { Toasts } from "./Toasts";

/** Says a lost connection, but not a blink of it: the style fades it in late. */
function LinkBanner() {
  return (
    <div class="link-banner-place" role="status">
      {link.value === "lost" || link.value === "connecting" ? (
        <p class="link-banner">
          <Icon name="offline" />
          <span>{t("link.lost")}</span>
          <button type="button" class="text-button" onClick={reconnect}>
            {t("link.hurry")}
          </button>
        </p>
      ) : null}
    </div>
  );
}

function View() {
  switch (route.value.view) {
    case "search":
      return <Search />;
    case "review":
      return <Review />;
    case "delivery":
      return <Delivery />;
    default:
      return <Inbox />;
  }
}

function OpenDialog() {
  const open = dialog.value;
  const present = route.value;
  const id = present.view === "inbox" ? present.id : null;
  if (open === "keys") return <KeysDialog />;
  if (open === "headset") return <HeadsetDialog />;
  if (open === "settings") return <SettingsDialog />;
  if (open === "close" && id) return <CloseDialog id={id} />;
  if (open === "release" && id) return <ReleaseDialog id={id} />;
  if (open !== null && typeof open === "object") return <PeekDialog key={open.peek} id={open.peek} />;
  return null;
}

function Announcer() {
  return (
    <div class="sr" aria-live="polite" data-announcer>
      {spoken.value}
    </div>
  );
}

export function Shell() {
  useEffect(() => listenToKeys(), []);
  return (
    <div class="shell">
      <a class="skip" href="#conversation" onClick={skip}>
        {t("app.skip")}
      </a>
      <Rail />
      <div class="stage">
        <div>
          <LinkBanner />
          <CallStrip />
        </div>
        <View />
      </div>
      <RingCard />
      <OpenDialog />
      <Toasts />
      <Announcer />
    </div>
  );
}

/** The hash is the route: skipping moves the focus and leaves the address alone. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("main")?.focus();
}
