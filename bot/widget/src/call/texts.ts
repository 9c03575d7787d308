/** A call's words, in every language; the shop can set its own, as those of the chat. */

import type { EndCode, LineState } from "../../voice/line";
import { fill } from "../texts";

const en = {
  title: "Phone call",
  microphone: "Waiting for your microphone…",
  allow: "Your browser asks whether this page may use the microphone. Please choose “Allow”.",
  connecting: "Connecting…",
  connected: "Connected",
  talkingBot: "You are talking to the virtual assistant",
  waiting: "You are being put through",
  talkingAgent: "You are talking to {name}",
  talkingPerson: "You are talking to our team",
  closing: "The call is ending",
  place: "Your place in the queue: {n}",
  duration: "Duration of the call",
  mute: "Mute",
  unmute: "Unmute",
  keypad: "Keypad",
  pressed: "Keys pressed",
  hangUp: "Hang up",
  again: "Call again",
  close: "Close",
  over: "The call has ended.",
  lost: "The connection was lost. Please check your internet connection and call again.",
  busy: "All our lines are busy. Please call again in a few minutes, or write to us here.",
  failed: "The call could not be connected. Please try again in a moment, or write to us here.",
  denied:
    "This page may not use your microphone. Allow it in the browser’s settings for this page (the icon beside the address), then call again. You can also write to us here.",
  missing: "No microphone was found. Please connect one, or a headset, and call again. You can also write to us here.",
  taken: "Another program is using your microphone. Please close it and call again. You can also write to us here.",
  broken: "Your microphone does not work at the moment. Please check it and call again, or write to us here.",
  unsupported: "Calls do not work in this browser or on this page. Please write to us here.",
};

export type CallTexts = typeof en;

const pl: CallTexts = {
  title: "Połączenie głosowe",
  microphone: "Czekamy na mikrofon…",
  allow: "Przeglądarka pyta, czy ta strona może używać mikrofonu. Wybierz „Zezwól”.",
  connecting: "Łączenie…",
  connected: "Połączono",
  talkingBot: "Rozmawiasz z wirtualnym asystentem",
  waiting: "Trwa łączenie z konsultantem",
  talkingAgent: "Po drugiej stronie: {name}",
  talkingPerson: "Rozmawiasz z naszym konsultantem",
  closing: "Rozmowa się kończy",
  place: "Miejsce w kolejce: {n}",
  duration: "Czas rozmowy",
  mute: "Wycisz",
  unmute: "Wyłącz wyciszenie",
  keypad: "Klawiatura",
  pressed: "Naciśnięte klawisze",
  hangUp: "Rozłącz",
  again: "Zadzwoń ponownie",
  close: "Zamknij",
  over: "Rozmowa została zakończona.",
  lost: "Połączenie zostało przerwane. Sprawdź połączenie z internetem i zadzwoń ponownie.",
  busy: "Wszystkie linie są zajęte. Zadzwoń ponownie za kilka minut albo napisz do nas tutaj.",
  failed: "Nie udało się nawiązać połączenia. Spróbuj ponownie za chwilę albo napisz do nas tutaj.",
  denied:
    "Ta strona nie może używać mikrofonu. Zezwól na to w ustawieniach przeglądarki dla tej strony (ikona obok adresu) i zadzwoń ponownie. Możesz też napisać do nas tutaj.",
  missing:
    "Nie znaleziono mikrofonu. Podłącz mikrofon lub zestaw słuchawkowy i zadzwoń ponownie. Możesz też napisać do nas tutaj.",
  taken: "Mikrofonu używa inny program. Zamknij go i zadzwoń ponownie. Możesz też napisać do nas tutaj.",
  broken: "Mikrofon w tej chwili nie działa. Sprawdź go i zadzwoń ponownie albo napisz do nas tutaj.",
  unsupported: "Rozmowy głosowe nie działają w tej przeglądarce lub na tej stronie. Napisz do nas tutaj.",
};

const cs: CallTexts = {
  title: "Hlasový hovor",
  microphone: "Čekáme na mikrofon…",
  allow: "Prohlížeč se ptá, zda tato stránka smí používat mikrofon. Zvolte prosím „Povolit“.",
  connecting: "Připojování…",
  connected: "Spojeno",
  talkingBot: "Mluvíte s virtuálním asistentem",
  waiting: "Přepojujeme vás na operátora",
  talkingAgent: "Na lince: {name}",
  talkingPerson: "Mluvíte s naším operátorem",
  closing: "Hovor končí",
  place: "Vaše pořadí ve frontě: {n}",
  duration: "Délka hovoru",
  mute: "Ztlumit",
  unmute: "Zrušit ztlumení",
  keypad: "Klávesnice",
  pressed: "Stisknuté klávesy",
  hangUp: "Zavěsit",
  again: "Zavolat znovu",
  close: "Zavřít",
  over: "Hovor byl ukončen.",
  lost: "Spojení se přerušilo. Zkontrolujte prosím připojení k internetu a zavolejte znovu.",
  busy: "Všechny linky jsou obsazené. Zavolejte prosím za několik minut, nebo nám napište sem.",
  failed: "Hovor se nepodařilo spojit. Zkuste to prosím za chvíli znovu, nebo nám napište sem.",
  denied:
    "Tato stránka nesmí používat mikrofon. Povolte jej v nastavení prohlížeče pro tuto stránku (ikona vedle adresy) a zavolejte znovu. Můžete nám také napsat sem.",
  missing:
    "Mikrofon nebyl nalezen. Připojte prosím mikrofon nebo náhlavní soupravu a zavolejte znovu. Můžete nám také napsat sem.",
  taken: "Mikrofon používá jiný program. Zavřete jej a zavolejte znovu. Můžete nám také napsat sem.",
  broken: "Mikrofon teď nefunguje. Zkontrolujte jej prosím a zavolejte znovu, nebo nám napište sem.",
  unsupported: "Hovory v tomto prohlížeči nebo na této stránce nefungují. Napište nám prosím sem.",
};

export const LANGUAGES: Readonly<Record<string, CallTexts>> = { pl, cs, en };

export function stateText(texts: CallTexts, { phase, name }: LineState): string {
  switch (phase) {
    case "microphone":
      return texts.microphone;
    case "connecting":
      return texts.connecting;
    case "open":
      return texts.connected;
    case "bot":
      return texts.talkingBot;
    case "waiting":
      return texts.waiting;
    case "agent":
      return name ? fill(texts.talkingAgent, { name }) : texts.talkingPerson;
    case "closed":
      return texts.closing;
  }
}

const ENDS: Readonly<Record<string, keyof CallTexts>> = {
  hung_up: "over",
  ended: "over",
  lost: "lost",
  busy: "busy",
  rate_limited: "busy",
  microphone_denied: "denied",
  microphone_missing: "missing",
  microphone_busy: "taken",
  microphone_failed: "broken",
  unsupported: "unsupported",
  worklet_blocked: "unsupported",
};

/** What happened and what the customer can do. */
export function endText(texts: CallTexts, code: EndCode): string {
  return texts[ENDS[code] ?? "failed"];
}
