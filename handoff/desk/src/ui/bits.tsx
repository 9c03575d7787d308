import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { shortTime, fullTime } from "../lib/time";
import { now } from "../state/live";
import { tell } from "../state/toasts";
import { Icon, type IconName } from "./Icon";

type Tone = "plain" | "accent" | "good" | "warm" | "bad" | "note" | "bot";

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function Kbd({ children }: { children: ComponentChildren }) {
  return <kbd>{children}</kbd>;
}

interface EmptyProps {
  icon: IconName;
  title: string;
  lead?: ComponentChildren;
  children?: ComponentChildren;
}

export function Empty({ icon, title, lead, children }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={24} />
      </span>
      <p class="empty-title">{title}</p>
      {lead && <p class="empty-lead">{lead}</p>}
      {children}
    </div>
  );
}

const HUES = [212, 262, 168, 24, 336, 190, 44, 290];

function hueOf(seed: string): number {
  let sum = 0;
  for (const character of seed) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return HUES[sum % HUES.length] ?? 212;
}

/** Initials on a colour of their own; whether the customer is connected shows as a dot. */
export function Avatar({ name, seed, online = null }: { name: string | null; seed: string; online?: boolean | null }) {
  const words = (name ?? "").trim().split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => (word ? [...word][0] : ""))
    .join("")
    .toUpperCase();
  return (
    <span class="avatar" style={{ "--hue": String(name ? hueOf(seed) : 0) }} data-known={name ? "" : undefined}>
      <span aria-hidden="true">{initials || "?"}</span>
      {online !== null && (
        <span class={online ? "presence-dot here" : "presence-dot gone"} title={t(online ? "who.here" : "who.gone")}>
          <span class="sr">{t(online ? "who.here" : "who.gone")}</span>
        </span>
      )}
    </span>
  );
}

export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {shortTime(at, now.peek())}
    </time>
  );
}

/** A number to call, and to copy for a telephone that is not this computer. */
export function PhoneLink({ phone }: { phone: string }) {
  return (
    <>
      <a class="number" href={`tel:${phone.replace(/[^+\d]/g, "")}`}>
        {phone}
      </a>
      <CopyButton text={phone} what={t("contact.phone")} />
    </>
  );
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  // The clipboard is missing where the page is not served over https.
  if (!("clipboard" in navigator)) return null;
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => tell(t("common.copied"), "good"),
      () => tell(t("err.unknown"), "bad"),
    );
  };
  const label = t("common.copy", { what });
  return (
    <button type="button" class="icon-button small" aria-label={label} title={label} onClick={copy}>
      <Icon name="copy" size={15} />
    </button>
  );
}
