import { t } from "../i18n";
import { pane } from "../state/screen";
import { route } from "../state/route";
import { Empty, Kbd } from "../ui/bits";
import { ConversationView } from "./ConversationView";
import { Details } from "./Details";
import { MineList } from "./MineList";
import { QueueList } from "./QueueList";
import { ServeBar } from "./ServeBar";

function NothingOpen() {
  const [before = "", after = ""] = t("chat.none_lead", { key: "\u0000" }).split("\u0000");
  return (
    <Empty
      icon="chat"
      title={t("chat.none")}
      lead={
        <>
          {before}
          <Kbd>N</Kbd>
          {after}
        </>
      }
    />
  );
}

export function Inbox() {
  const present = route.value;
  const id = present.view === "inbox" ? present.id : null;
  return (
    <div class="inbox" data-pane={pane.value}>
      <header class="sr">
        <h1>{t("app.title")}</h1>
      </header>
      <section class="column lists" aria-label={t("nav.inbox")}>
        <ServeBar />
        <div class="lists-scroll">
          <MineList />
          <QueueList />
        </div>
      </section>
      <main class="column middle" id="conversation" tabIndex={-1}>
        {id ? <ConversationView key={id} id={id} /> : <NothingOpen />}
      </main>
      {id && <Details key={id} id={id} />}
    </div>
  );
}
