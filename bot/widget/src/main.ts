/**
 * The one line on a page loads this: `<script src="https://gateway/widget.js" data-lang="pl" async></script>`.
 * Calls may come before it has loaded: `window.Centrala = window.Centrala || []; Centrala.push(["open"])`.
 */

import type { Handler } from "./emitter";
import { start, type Interface } from "./widget";

type Call = readonly [keyof Interface, ...unknown[]];

interface Loaded extends Interface {
  push(...calls: Call[]): void;
}

declare global {
  interface Window {
    Centrala?: Loaded | Call[];
  }
}

const MOST_WAITING = 100;
const CALLS: readonly string[] = ["open", "close", "toggle", "identify", "logout", "setLanguage", "on"];

function install(script: HTMLScriptElement): void {
  const before = window.Centrala;
  if (before && !Array.isArray(before)) return; // loaded twice
  const waiting: Call[] = [...(before ?? [])];
  let widget: Interface | null = null;

  const call = ([name, ...values]: Call): unknown => {
    if (!CALLS.includes(name)) return console.warn(`Centrala: there is no "${String(name)}"`);
    if (!widget) return void (waiting.length < MOST_WAITING && waiting.push([name, ...values]));
    return (widget[name] as (...given: unknown[]) => unknown)(...values);
  };
  window.Centrala = {
    open: () => void call(["open"]),
    close: () => void call(["close"]),
    toggle: () => void call(["toggle"]),
    identify: (source) => void call(["identify", source]),
    logout: () => void call(["logout"]),
    setLanguage: (lang) => void call(["setLanguage", lang]),
    on(event: string, handler: Handler) {
      const off = call(["on", event, handler]);
      return typeof off === "function" ? (off as () => void) : () => undefined;
    },
    push: (...calls) => calls.forEach(call),
  };

  const run = async (): Promise<void> => {
    widget = await start(new URL(script.src).origin, script.dataset["lang"]);
    for (const kept of waiting.splice(0)) call(kept);
  };
  if (document.body) void run();
  else addEventListener("DOMContentLoaded", () => void run());
}

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
if (script instanceof HTMLScriptElement) install(script);
