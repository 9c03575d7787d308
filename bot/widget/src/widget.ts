/** Puts session, view and the page's wishes together. */

import { fetchConfig, pickLanguage, type Config } from "./config";
import { Emitter, type Handler } from "./emitter";
import type { IdentitySource } from "./identity";
import { Phone } from "./phone";
import { Session } from "./session";
import { chime } from "./sound";
import { openStore } from "./storage";
import { WidgetView } from "./view/widget";

/** `window.Centrala`: what a shop's page may ask of the widget. */
export interface Interface {
  open(): void;
  close(): void;
  toggle(): void;
  identify(source: IdentitySource): void;
  logout(): void;
  setLanguage(lang: string): void;
  on(event: string, handler: Handler): () => void;
}

const OPEN_KEY = "open";

/** Whether the panel was open on the page before, in this tab only. */
const tab = {
  get open(): boolean {
    try {
      return sessionStorage.getItem("centrala:open") === OPEN_KEY;
    } catch {
      return false;
    }
  },
  set open(open: boolean) {
    try {
      sessionStorage.setItem("centrala:open", open ? OPEN_KEY : "");
    } catch {
      // Then it stays closed on the next page.
    }
  },
};

export async function start(origin: string, wish: string | undefined): Promise<Interface> {
  const config: Config = await fetchConfig(origin);
  const store = openStore(origin);
  const events = new Emitter();
  const url = origin.replace(/^http/, "ws") + "/chat/ws";
  let lang = pickLanguage([store.get("lang"), wish, document.documentElement.lang, ...navigator.languages], config.languages);
  let due = false;
  let heard = 0;

  const draw = (): void => {
    due = false;
    const snapshot = session.snapshot();
    view.update(snapshot, lang, phone.calling);
    const unread = view.isOpen ? 0 : snapshot.unread;
    if (unread !== heard) events.emit("unread", (heard = unread));
  };
  const changed = (): void => {
    if (!due) queueMicrotask(draw);
    due = true;
  };
  const attend = (): void => session.attend(view.isOpen && document.visibilityState === "visible");
  const titles = (): ReadonlyMap<string, string> => {
    const texts = view.texts(lang);
    return new Map([
      ["/ask_human", texts.askHuman],
      ["/order_status", texts.orderStatus],
      ["/topics", texts.topics],
    ]);
  };
  const session = new Session(url, store, events, lang, config.languages, titles, changed);

  const show = (open: boolean, focus: boolean): void => {
    if (view.isOpen === open) return;
    tab.open = open;
    view.show(open, focus);
    if (open) session.start();
    attend();
    changed();
    events.emit(open ? "open" : "close");
  };
  const speak = (next: string): void => {
    lang = next;
    session.setLanguage(next);
    changed();
    phone.redraw();
    events.emit("language", next);
  };

  const view = new WidgetView(
    config,
    {
      say: (text) => session.say(text),
      choose: (payload, title) => session.choose(payload, title),
      rate: (score, comment) => session.rate(score, comment),
      again: (id) => session.again(id),
      discard: (id) => session.discard(id),
      typed: () => session.typed(),
      end: () => session.end(),
      renew: () => session.renew(),
      call: () => phone.call(),
      open: () => show(true, true),
      close: () => show(false, true),
      language(next) {
        store.set("lang", next); // the customer's own wish goes before the page's
        if (next !== lang) speak(next);
      },
      sound: (on) => (on ? store.set("sound", "on") : store.remove("sound")),
    },
    store.get("sound") === "on",
  );
  const phone = new Phone({
    origin,
    slot: view.slot,
    words: config.words,
    lang: () => lang,
    hello: async () => ({
      type: "hello",
      lang,
      visitor_token: store.get("token"),
      identity: await session.identity.token(),
    }),
    welcomed: (token) => session.adopt(token),
    refused: (code) => (code === "token_invalid" ? session.adopt(null) : session.identity.set(null)),
    changed,
    left: () => view.focus(),
  });
  events.on("message", () => {
    if (store.get("sound") === "on" && !(view.isOpen && document.hasFocus())) chime();
  });
  events.on("language", (next) => {
    lang = String(next); // the gateway may refuse a language that the configuration names
    changed();
  });
  document.addEventListener("visibilitychange", attend);

  draw();
  setTimeout(() => {
    // After the calls that waited for us: they may say who the customer is.
    if (session.known) session.start();
    if (tab.open) show(true, false);
  });

  return {
    open: () => show(true, true),
    close: () => show(false, true),
    toggle: () => show(!view.isOpen, true),
    identify: (source) => session.identify(source),
    logout() {
      phone.hangUp();
      session.logout(view.isOpen);
    },
    setLanguage(next) {
      if (!config.languages.includes(next)) return console.warn("Centrala: this language is not offered");
      store.remove("lang");
      if (next !== lang) speak(next);
    },
    on: (event, handler) => events.on(event, handler),
  };
}
