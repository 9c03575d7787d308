import { useEffect, useState } from "preact/hooks";
import { t, tn } from "../../i18n";
import { get } from "../../api/rest";
import type { Agent, Page } from "../../api/types";
import { newRelease, release } from "../../state/actions";
import { agents } from "../../state/lists";
import { dialog } from "../../state/screen";
import { transcript } from "../../state/transcripts";
import { Dialog } from "../../ui/Dialog";

/** Colleagues who can take it, the least busy first; an own one cannot be handed to oneself. */
function colleagues(ownerId: string | undefined): Agent[] {
  return agents.value
    .filter((agent) => agent.presence === "online" && agent.id !== ownerId)
    .sort((a, b) => a.load - b.load || a.name.localeCompare(b.name));
}

interface ChoiceProps {
  value: string;
  chosen: string;
  title: string;
  lead: string;
  onChoose: (value: string) => void;
}

function Choice({ value, chosen, title, lead, onChoose }: ChoiceProps) {
  return (
    <label class="choice">
      <input
        type="radio"
        name="to"
        value={value}
        checked={chosen === value}
        data-first={chosen === value ? "" : undefined}
        onChange={() => onChoose(value)}
      />
      <span class="choice-text">
        {title}
        <small>{lead}</small>
      </span>
    </label>
  );
}

export function ReleaseDialog({ id }: { id: string }) {
  const { conversation } = transcript(id).value;
  const waits = conversation?.state === "waiting";
  const [to, setTo] = useState(waits ? "bot" : "queue");
  const [note, setNote] = useState("");
  useEffect(() => {
    get<Page<Agent>>("/agents").then(
      (page) => (agents.value = page.items),
      // The socket's list will do.
      () => undefined,
    );
  }, []);
  const leave = () => (dialog.value = null);
  const others = colleagues(conversation?.agent?.id);
  const submit = (event: Event) => {
    event.preventDefault();
    const name = others.find((agent) => agent.id === to)?.name ?? "";
    const said =
      to === "bot" ? t("release.done_bot") : to === "queue" ? t("release.done_queue") : t("release.done_agent", { name });
    leave();
    release(id, newRelease(to, note.trim(), said));
  };
  return (
    <Dialog title={t("release.title")} onClose={leave}>
      <form onSubmit={submit}>
        <fieldset class="choices">
          <legend>{t("release.to")}</legend>
          {!waits && (
            <Choice value="queue" chosen={to} title={t("release.queue")} lead={t("release.queue_lead")} onChoose={setTo} />
          )}
          <Choice value="bot" chosen={to} title={t("release.bot")} lead={t("release.bot_lead")} onChoose={setTo} />
          {others.map((agent) => (
            <Choice
              key={agent.id}
              value={agent.id}
              chosen={to}
              title={agent.name}
              lead={tn("release.load", agent.load)}
              onChoose={setTo}
            />
          ))}
        </fieldset>
        <label class="field">
          <span>{t("release.note")}</span>
          <textarea rows={2} value={note} maxLength={2_000} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={leave}>
            {t("common.cancel")}
          </button>
          <button type="submit" class="button primary">
            {t("release.submit")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
