import { useEffect, useState } from "preact/hooks";
import { t, tn } from "../../i18n";
import { get } from "../../api/rest";
import type { Agent, Page } from "../../api/types";
import { newRelease, release } from "../../state/actions";
import { agents } from "../../state/lists";
import { dialog } from "../../state/screen";
import { me } from "../../state/session";
import { Badge } from "../../ui/bits";
import { Dialog } from "../../ui/Dialog";

const RANK = { online: 0, away: 1, offline: 2 } as const;

/** Colleagues who can take it: who is there first, then by load. */
function colleagues(): Agent[] {
  return agents.value
    .filter((agent) => agent.id !== me.value?.id && agent.connected && agent.presence !== "offline")
    .sort((a, b) => RANK[a.presence] - RANK[b.presence] || a.load - b.load || a.name.localeCompare(b.name));
}

interface ChoiceProps {
  value: string;
  chosen: string;
  title: string;
  lead: string;
  presence?: Agent["presence"];
  onChoose: (value: string) => void;
}

function Choice({ value, chosen, title, lead, presence, onChoose }: ChoiceProps) {
  return (
    <label class="choice">
      <input
        type="radio"
        name="to"
        value={value}
        checked={chosen === value}
        data-first={value === "queue" ? "" : undefined}
        onChange={() => onChoose(value)}
      />
      <span class="choice-text">
        {title}
        <small>{lead}</small>
      </span>
      {presence && <Badge tone={presence === "online" ? "good" : "warm"}>{t(`presence.${presence}`)}</Badge>}
    </label>
  );
}

export function ReleaseDialog({ id }: { id: string }) {
  const [to, setTo] = useState("queue");
  const [note, setNote] = useState("");
  useEffect(() => {
    get<Page<Agent>>("/agents").then(
      (page) => (agents.value = page.items),
      // The socket's list will do.
      () => undefined,
    );
  }, []);
  const leave = () => (dialog.value = null);
  const others = colleagues();
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
          <Choice value="queue" chosen={to} title={t("release.queue")} lead={t("release.queue_lead")} onChoose={setTo} />
          <Choice value="bot" chosen={to} title={t("release.bot")} lead={t("release.bot_lead")} onChoose={setTo} />
          {others.map((agent) => (
            <Choice
              key={agent.id}
              value={agent.id}
              chosen={to}
              title={agent.name}
              lead={tn("release.load", agent.load)}
              presence={agent.presence}
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
