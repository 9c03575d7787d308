import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t, tn } from "../i18n";
import type { Conversation } from "../api/types";
import { loadDraft, saveDraft, type Draft } from "../state/drafts";
import { sayTyping } from "../state/live";
import { send } from "../state/outgoing";
import { composeRequest, takenBack } from "../state/screen";
import { sendKey } from "../state/settings";
import { Icon } from "../ui/Icon";
import { SendHint } from "./SendHint";

type Mode = Draft["mode"];

const MOST = 4_000;
const WARN_AT = 3_600;
const TALLEST_PX = 220;

function Count({ length }: { length: number }) {
  if (length < WARN_AT) return null;
  const over = length - MOST;
  return (
    <span class={over > 0 ? "chars over" : "chars"} role="status">
      {over > 0 ? tn("compose.too_long", over) : tn("compose.left", -over)}
    </span>
  );
}

/** What asks for this field from elsewhere: a key, a conversation just taken, a message taken back. */
function useRequests(id: string, turnTo: (mode: Mode | null) => void, put: (text: string, mode: Mode) => void) {
  useEffect(
    () =>
      effect(() => {
        const request = composeRequest.value;
        const back = takenBack.value;
        // Answered once, and outside the effect: answering writes what it reads.
        queueMicrotask(() => {
          if (request?.id === id && composeRequest.peek() === request) {
            composeRequest.value = null;
            turnTo(request.mode);
          }
          if (back?.id === id && takenBack.peek() === back) {
            takenBack.value = null;
            put(back.text, back.internal ? "note" : "reply");
          }
        });
      }),
    [],
  );
}

/** `noteOnly` where the customer is not this agent's to answer. */
export function Composer({ conversation, noteOnly = false }: { conversation: Conversation; noteOnly?: boolean }) {
  const { id } = conversation;
  const [draft, setDraft] = useState<Draft>(() => loadDraft(id));
  const field = useRef<HTMLTextAreaElement>(null);
  const present = useRef(draft);
  const note = noteOnly || draft.mode === "note";
  const text = note ? draft.note : draft.reply;

  const change = (fields: Partial<Draft>) => {
    present.current = { ...present.current, ...fields };
    setDraft(present.current);
    saveDraft(id, present.current);
  };
  const turnTo = (mode: Mode | null) => {
    if (mode && !noteOnly) change({ mode });
    field.current?.focus();
  };
  useRequests(id, turnTo, (back, mode) => {
    const kept = present.current[mode];
    change({ ...(noteOnly ? {} : { mode }), [mode]: kept ? `${back}\n${kept}` : back });
    field.current?.focus();
  });

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(TALLEST_PX, area.scrollHeight + 2)}px`;
  }, [text, note]);

  const submit = () => {
    const words = text.trim();
    if (!words || text.length > MOST) return;
    send(id, words, note);
    change(note ? { note: "", ...(noteOnly ? {} : { mode: "reply" }) } : { reply: "" });
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    if (!mod && sendKey.value === "mod_enter") return;
    event.preventDefault();
    submit();
  };

  const name = conversation.contact?.name ?? t("who.visitor");
  const spoken = conversation.channel === "phone";
  const hint = note ? t("compose.note_hint") : t(spoken ? "compose.spoken_hint" : "compose.reply_hint", { name });
  return (
    <form
      class={note ? "composer note" : "composer"}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="compose-tabs" role="group" aria-label={t("compose.mode")}>
        {(noteOnly ? (["note"] as const) : (["reply", "note"] as const)).map((mode) => (
          <button
            key={mode}
            type="button"
            class="compose-tab"
            aria-pressed={note === (mode === "note")}
            aria-keyshortcuts={mode === "reply" ? "R" : "I"}
            onClick={() => turnTo(mode)}
          >
            {t(`compose.${mode}`)}
            {note !== (mode === "note") && draft[mode] && <i class="has-draft" />}
          </button>
        ))}
        {!note && !spoken && !conversation.visitor_online && <span class="compose-gone">{t("compose.gone")}</span>}
      </div>
      <textarea
        ref={field}
        rows={2}
        value={text}
        placeholder={hint}
        aria-label={hint}
        lang={note ? undefined : conversation.lang}
        spellcheck
        data-composer
        onInput={(event) => {
          change({ [note ? "note" : "reply"]: event.currentTarget.value });
          if (!note) sayTyping(id);
        }}
        onKeyDown={onKeyDown}
      />
      <div class="compose-foot">
        <SendHint />
        <Count length={text.length} />
        <button type="submit" class="button primary" aria-disabled={!text.trim() || text.length > MOST}>
          <Icon name={note ? "note" : "send"} size={16} />
          <span>{t(note ? "compose.add_note" : "compose.send")}</span>
        </button>
      </div>
    </form>
  );
}
