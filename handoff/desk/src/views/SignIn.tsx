import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { wording } from "../state/failures";
import { lastEmail, phase, signIn } from "../state/session";
import { language, UI_LANGUAGES, type UiLanguage } from "../state/settings";
import { Icon } from "../ui/Icon";
import { Mark } from "../ui/Mark";

const OWN_NAMES: Record<UiLanguage, string> = { pl: "Polski", cs: "Čeština", en: "English" };

function Languages() {
  return (
    <div class="signin-languages" role="group" aria-label={t("settings.language")}>
      {UI_LANGUAGES.map((code) => (
        <button
          key={code}
          type="button"
          lang={code}
          class="text-button"
          aria-pressed={language.value === code}
          onClick={() => (language.value = code)}
        >
          {OWN_NAMES[code]}
        </button>
      ))}
    </div>
  );
}

export function SignIn() {
  const ended = phase.value === "ended";
  const [email, setEmail] = useState(lastEmail.peek());
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => {
    (lastEmail.peek() ? passwordField : emailField).current?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const incomplete = !email.trim() || !password;
    setMissing(incomplete);
    if (busy || incomplete) {
      if (incomplete) (email.trim() ? passwordField : emailField).current?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      await signIn(email.trim(), password);
    } catch (error) {
      setFailure(error);
      setBusy(false);
      passwordField.current?.select();
    }
  };

  const problem = missing ? t("signin.missing") : failure ? wording(failure) : "";
  return (
    <main class="signin">
      <form class="signin-card" onSubmit={(event) => void submit(event)} noValidate aria-labelledby="signin-title">
        <div class="signin-brand">
          <Mark size={40} />
          <span>Centrala</span>
        </div>
        <h1 id="signin-title">{t("signin.title")}</h1>
        <p class="quiet">{t("signin.lead")}</p>
        {ended && (
          <p class="notice warm" role="status">
            <Icon name="info" />
            <span>{t("signin.ended")}</span>
          </p>
        )}
        <label class="field">
          <span>{t("signin.email")}</span>
          <input
            ref={emailField}
            type="email"
            name="email"
            autocomplete="username"
            value={email}
            aria-invalid={missing && !email.trim()}
            aria-describedby="signin-problem"
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t("signin.password")}</span>
          <input
            ref={passwordField}
            type="password"
            name="password"
            autocomplete="current-password"
            value={password}
            aria-invalid={(missing && !password) || failure !== null}
            aria-describedby="signin-problem"
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <p id="signin-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button primary large" aria-disabled={busy}>
          {busy ? t("signin.busy") : t("signin.submit")}
        </button>
        <p class="quiet small">{t("signin.forgot")}</p>
      </form>
      <Languages />
    </main>
  );
}
