import { t, locale } from "../i18n";

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** `0:42`, `12:05`, `1:02:05`: a waiting time that ticks. */
export function ticking(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** How much a waiting time hurts: under a minute, under three, more. */
export function waitTone(ms: number): "calm" | "warm" | "hot" {
  if (ms < 60 * SECOND) return "calm";
  return ms < 180 * SECOND ? "warm" : "hot";
}

/** The same for a screen reader, in whole minutes. */
export function spokenWait(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const unit = minutes >= 120 ? "hour" : "minute";
  const amount = unit === "hour" ? Math.floor(minutes / 60) : minutes;
  const format = new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "long" });
  return format.format(amount);
}

export function clock(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** Tells calendar days apart, in this computer's time zone. */
export const dayOf = (at: string) => new Date(at).toDateString();

export function dayName(at: string, nowMs: number): string {
  const day = dayOf(at);
  if (day === new Date(nowMs).toDateString()) return t("chat.today");
  if (day === new Date(nowMs - DAY).toDateString()) return t("chat.yesterday");
  const sameYear = new Date(at).getFullYear() === new Date(nowMs).getFullYear();
  const year = sameYear ? {} : { year: "numeric" as const };
  const format = { weekday: "long", day: "numeric", month: "long", ...year } as const;
  return new Intl.DateTimeFormat(locale.value, format).format(new Date(at));
}

export function fullTime(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** The hour today, else the date: for lists. */
export function shortTime(at: string, nowMs: number): string {
  if (dayOf(at) === new Date(nowMs).toDateString()) return clock(at);
  const sameYear = new Date(at).getFullYear() === new Date(nowMs).getFullYear();
  const year = sameYear ? {} : { year: "2-digit" as const };
  return new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", ...year }).format(new Date(at));
}

/** `in 40 seconds`, `3 minutes ago`. */
export function relative(at: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(at) - nowMs) / SECOND);
  const format = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto", style: "short" });
  const far = Math.abs(seconds);
  if (far < 60) return format.format(seconds, "second");
  if (far < 3_600) return format.format(Math.round(seconds / 60), "minute");
  if (far < 86_400) return format.format(Math.round(seconds / 3_600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}
