import { signal } from "@preact/signals";
import { query } from "../api/rest";

/** Routes live in the hash: the gateway serves one page, and Back works. */
export type Route =
  | { view: "inbox"; id: string | null }
  | { view: "search"; q: string; state: string }
  | { view: "review"; lang: string }
  | { view: "delivery" };

function read(): Route {
  const [path = "", search = ""] = location.hash.replace(/^#/, "").split("?", 2);
  const params = new URLSearchParams(search);
  const [, view, id] = path.split("/");
  if (view === "c" && id) return { view: "inbox", id: decodeURIComponent(id) };
  if (view === "search") return { view: "search", q: params.get("q") ?? "", state: params.get("state") ?? "" };
  if (view === "review") return { view: "review", lang: params.get("lang") ?? "" };
  if (view === "delivery") return { view: "delivery" };
  return { view: "inbox", id: null };
}

function write(next: Route): string {
  if (next.view === "search") return `#/search${query({ q: next.q, state: next.state })}`;
  if (next.view === "review") return `#/review${query({ lang: next.lang })}`;
  if (next.view === "delivery") return "#/delivery";
  return next.id ? `#/c/${encodeURIComponent(next.id)}` : "#/";
}

export const route = signal<Route>(read());

window.addEventListener("hashchange", () => {
  route.value = read();
});

export function go(next: Route): void {
  const hash = write(next);
  if (hash === location.hash || (hash === "#/" && !location.hash)) return;
  history.pushState(null, "", hash);
  route.value = next;
}

/** The same place under another address: typing a search must not fill the history. */
export function amend(next: Route): void {
  history.replaceState(null, "", write(next));
  route.value = next;
}

window.addEventListener("popstate", () => {
  route.value = read();
});

export const openConversation = (id: string | null) => go({ view: "inbox", id });
export const hrefOf = (next: Route) => write(next);
