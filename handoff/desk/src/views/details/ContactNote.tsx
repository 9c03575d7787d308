import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Contact } from "../../api/types";
import { saveContact } from "../../state/actions";
import { loadContactNote, saveContactNote } from "../../state/drafts";
import { tell } from "../../state/toasts";

/** A note that every colleague sees beside this customer's conversations. */
export function ContactNote({ contact }: { contact: Contact }) {
  const stored = contact.note ?? "";
  const [typed, setState] = useState(() => loadContactNote(contact.id));
  const [busy, setBusy] = useState(false);
  const text = typed ?? stored;
  const changed = typed !== null && typed !== stored;

  const setTyped = (next: string | null) => {
    setState(next);
    saveContactNote(contact.id, next);
  };
  const submit = async () => {
    if (!changed || busy) return;
    setBusy(true);
    if (await saveContact(contact, { note: text })) {
      setTyped(null);
      tell(t("common.saved"), "good");
    }
    setBusy(false);
  };
  return (
    <form
      class="contact-note"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        <span>{t("contact.note")}</span>
        <textarea
          rows={Math.min(6, Math.max(2, text.split("\n").length))}
          value={text}
          maxLength={2_000}
          placeholder={t("contact.note_hint")}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void submit();
          }}
        />
      </label>
      {changed && (
        <div class="note-actions">
          <button type="button" class="text-button" onClick={() => setTyped(null)}>
            {t("common.cancel")}
          </button>
          <button type="submit" class="button compact primary" aria-disabled={busy}>
            {t("common.save")}
          </button>
        </div>
      )}
    </form>
  );
}
