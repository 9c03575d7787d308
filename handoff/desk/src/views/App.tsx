import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { boot, phase } from "../state/session";
import { Empty } from "../ui/bits";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

const TRY_EVERY_MS = 4_000;

function Down() {
  useEffect(() => {
    const timer = window.setTimeout(() => void boot(), TRY_EVERY_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <main class="whole-page">
      <h1 class="sr">{t("app.title")}</h1>
      <Empty icon="offline" title={t("signin.down")} lead={t("signin.down_lead")}>
        <button type="button" class="button" onClick={() => void boot()}>
          {t("common.try_again")}
        </button>
      </Empty>
    </main>
  );
}

export function App() {
  switch (phase.value) {
    case "loading":
      return (
        <main class="whole-page" aria-busy="true">
          <h1 class="sr">{t("app.title")}</h1>
          <p class="quiet">{t("common.loading")}</p>
        </main>
      );
    case "down":
      return <Down />;
    case "in":
      return <Shell />;
    default:
      return <SignIn />;
  }
}
