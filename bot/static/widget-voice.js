const u = (n) => typeof n == "string" ? n : "", y = (n) => typeof n == "string" && n ? n : null, j = ["bot", "waiting", "agent", "closed"];
function S(n) {
  let e;
  try {
    e = JSON.parse(n);
  } catch {
    return null;
  }
  switch (e?.type) {
    case "welcome":
      return { type: "welcome", call_id: u(e.call_id), visitor_token: y(e.visitor_token) };
    case "mark":
      return { type: "mark", name: u(e.name) };
    case "clear":
      return { type: "clear" };
    case "state": {
      if (!j.includes(u(e.state))) return null;
      const t = e.position;
      return {
        type: "state",
        state: e.state,
        name: y(e.name),
        position: typeof t == "number" && t > 0 ? t : null
      };
    }
    case "ended":
      return { type: "ended", reason: u(e.reason) };
    case "error":
      return { type: "error", code: u(e.code) };
    default:
      return null;
  }
}
class h extends Error {
  constructor(e) {
    super(e), this.code = e;
  }
  code;
}
const M = {
  NotAllowedError: "microphone_denied",
  SecurityError: "microphone_denied",
  NotFoundError: "microphone_missing",
  OverconstrainedError: "microphone_missing",
  NotReadableError: "microphone_busy",
  AbortError: "microphone_busy"
};
async function m(n) {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: !0,
        noiseSuppression: !0,
        autoGainControl: !0,
        channelCount: 1,
        ...n ? { deviceId: { exact: n } } : {}
      }
    });
  } catch (e) {
    throw new h(M[e instanceof DOMException ? e.name : ""] ?? "microphone_failed");
  }
}
class E {
  /** To be called in the customer's click: a context that was made later stays silent. */
  constructor(e) {
    if (this.handlers = e, !isSecureContext || !("mediaDevices" in navigator) || typeof AudioWorkletNode > "u")
      throw new h("unsupported");
    this.context = new AudioContext({ latencyHint: "interactive" }), this.context.resume(), this.context.addEventListener("statechange", this.wake), document.addEventListener("visibilitychange", this.wake);
  }
  handlers;
  context;
  node = null;
  stream = null;
  source = null;
  muted = !1;
  closed = !1;
  /** Ask for the microphone and load the worklet. Throws `SoundError`. */
  async open(e, t) {
    const o = this.context.audioWorklet.addModule(e).then(
      () => null,
      () => new h("worklet_blocked")
    ), i = await m(t.microphone), s = await o;
    if (this.closed || s) for (const c of i.getTracks()) c.stop();
    if (s) throw s;
    this.closed || (this.node = new AudioWorkletNode(this.context, "centrala-line", { outputChannelCount: [1] }), this.node.port.onmessage = ({ data: c }) => {
      c instanceof ArrayBuffer ? this.handlers.frame(c) : this.handlers.played(c.played);
    }, this.node.connect(this.context.destination), this.take(i), t.speaker && await this.speak(t.speaker).catch(() => {
    }));
  }
  /** s16le mono at 8 kHz; the buffer belongs to the audio thread afterwards. */
  play(e) {
    this.post(e, [e]);
  }
  mark(e) {
    this.post({ mark: e });
  }
  clear() {
    this.post("clear");
  }
  /** Silence goes out instead of the microphone; the call's clock goes on. */
  mute(e) {
    this.muted = e;
    for (const t of this.stream?.getAudioTracks() ?? []) t.enabled = !e;
  }
  /** Throws `SoundError` where a device is not there; the old one stays then. */
  async setDevice({ microphone: e, speaker: t }) {
    e !== void 0 && this.take(await m(e)), t !== void 0 && await this.speak(t);
  }
  close() {
    this.closed || (this.closed = !0, document.removeEventListener("visibilitychange", this.wake), this.context.removeEventListener("statechange", this.wake), this.post("end"), this.release(), this.node?.disconnect(), this.context.close());
  }
  wake = () => {
    !this.closed && this.context.state !== "running" && this.context.resume().catch(() => {
    });
  };
  async speak(e) {
    if (!this.context.setSinkId) throw new h("unsupported");
    await this.context.setSinkId(e).catch(() => {
      throw new h("unsupported");
    });
  }
  take(e) {
    if (this.closed || !this.node) return e.getTracks().forEach((t) => t.stop());
    this.release(), this.stream = e, this.source = this.context.createMediaStreamSource(e), this.source.connect(this.node), this.mute(this.muted), e.getAudioTracks()[0]?.addEventListener("ended", () => {
      this.stream !== e || this.closed || m(void 0).then(
        (t) => this.take(t),
        () => this.handlers.microphoneLost()
      );
    });
  }
  release() {
    this.source?.disconnect();
    for (const e of this.stream?.getTracks() ?? []) e.stop();
    this.source = this.stream = null;
  }
  post(e, t = []) {
    this.node?.port.postMessage(e, t);
  }
}
const C = 12e3, P = 32e3, v = 4e3;
function _(n) {
  return new T(n);
}
function N(n) {
  const e = new Int16Array(n);
  let t = 0;
  for (const o of e) t += o * o;
  return e.length ? Math.sqrt(t / e.length) / 32768 : 0;
}
let T = class {
  constructor(e) {
    this.options = e;
    try {
      this.sound = new E({
        frame: (t) => this.spoken(t),
        played: (t) => this.say({ type: "mark", name: t }),
        microphoneLost: () => {
          e.onMicrophoneLost ? e.onMicrophoneLost() : this.goodbye("microphone_missing");
        }
      });
    } catch (t) {
      queueMicrotask(() => this.end(t instanceof h ? t.code : "unsupported"));
      return;
    }
    queueMicrotask(() => {
      this.begin();
    });
  }
  options;
  state = { phase: "microphone", name: null, position: null, muted: !1, held: !1 };
  sound = null;
  socket = null;
  timer;
  over = !1;
  mute(e) {
    this.over || e === this.state.muted || (this.sound?.mute(e), this.say({ type: "mute", on: e }), this.tell({ muted: e }));
  }
  hold(e) {
    this.over || e === this.state.held || (this.say({ type: "hold", on: e }), this.tell({ held: e }));
  }
  digit(e) {
    this.say({ type: "dtmf", digit: e });
  }
  hangUp() {
    this.goodbye("hung_up");
  }
  leave() {
    this.end("left", "", v);
  }
  async setDevice(e) {
    this.over || await this.sound?.setDevice(e);
  }
  // --- from the click to the welcome
  async begin() {
    this.tell({});
    try {
      await this.sound?.open(this.options.worklet, this.options.devices ?? {});
    } catch (o) {
      return this.end(o instanceof h ? o.code : "microphone_failed");
    }
    if (this.over) return;
    this.tell({ phase: "connecting" }), this.timer = setTimeout(() => this.end("unreachable", "", v), C);
    const { hello: e } = this.options;
    let t;
    try {
      t = typeof e == "function" ? await e() : e;
    } catch {
      return this.end("unreachable");
    }
    this.over || this.connect(t);
  }
  connect(e) {
    try {
      this.socket = new WebSocket(this.options.url);
    } catch {
      return this.end("unreachable");
    }
    this.socket.binaryType = "arraybuffer", this.socket.onopen = () => this.say(e), this.socket.onmessage = ({ data: t }) => {
      this.over || (typeof t != "string" ? this.sound?.play(t) : this.heard(S(t)));
    }, this.socket.onclose = () => this.end(this.welcomed ? "lost" : "unreachable");
  }
  get welcomed() {
    return this.state.phase !== "microphone" && this.state.phase !== "connecting";
  }
  // --- what is said on either side
  spoken(e) {
    const { socket: t } = this;
    this.over || (this.options.onLevel?.(N(e)), !(!this.welcomed || t?.readyState !== WebSocket.OPEN) && t.bufferedAmount < P && t.send(e));
  }
  heard(e) {
    switch (e?.type) {
      case "welcome":
        return clearTimeout(this.timer), this.options.onWelcome?.({ callId: e.call_id, visitorToken: e.visitor_token }), this.state.muted && this.say({ type: "mute", on: !0 }), this.state.held && this.say({ type: "hold", on: !0 }), this.welcomed ? void 0 : this.tell({ phase: "open" });
      case "mark":
        return this.sound?.mark(e.name);
      case "clear":
        return this.sound?.clear();
      case "state":
        return this.tell({ phase: e.state, name: e.name, position: e.position });
      case "ended":
        return this.end("ended", e.reason);
      case "error":
        return this.welcomed ? void 0 : this.end(e.code || "unreachable");
    }
  }
  say(e) {
    !this.over && this.socket?.readyState === WebSocket.OPEN && this.socket.send(JSON.stringify(e));
  }
  tell(e) {
    this.over || (this.state = { ...this.state, ...e }, this.options.onState(this.state));
  }
  // --- the end
  goodbye(e) {
    this.say({ type: "hangup" }), this.end(e);
  }
  end(e, t = "", o = 1e3) {
    if (this.over) return;
    this.over = !0, clearTimeout(this.timer), this.sound?.close();
    const { socket: i } = this;
    i && (i.onopen = i.onmessage = i.onclose = null, i.close(o)), this.options.onEnded({ code: e, reason: t });
  }
};
function x(n, e) {
  return n.replace(/\{(\w+)\}/g, (t, o) => String(e[o] ?? t));
}
const A = 400, b = (n) => typeof n == "object" && n !== null ? n : {};
function O(n, e) {
  const t = {};
  for (const [o, i] of Object.entries(e)) {
    const s = Object.entries(b(b(n)[o])).filter(
      ([c, f]) => Object.hasOwn(i, c) && typeof f == "string" && f.length <= A
    );
    t[o] = Object.fromEntries(s);
  }
  return t;
}
function r(n, e = {}, ...t) {
  const o = document.createElement(n);
  for (const [i, s] of Object.entries(e)) a(o, i, s);
  return o.append(...t), o;
}
function a(n, e, t) {
  const o = t === !0 ? "" : t;
  o === !1 ? n.removeAttribute(e) : n.getAttribute(e) !== o && n.setAttribute(e, o);
}
function l(n, e) {
  n.textContent !== e && (n.textContent = e);
}
function p(n, e = "") {
  const t = "http://www.w3.org/2000/svg", o = document.createElementNS(t, "svg"), i = document.createElementNS(t, "path");
  return a(o, "viewBox", "0 0 24 24"), a(o, "aria-hidden", "true"), a(o, "class", `icon ${e}`), a(i, "d", n), o.append(i), o;
}
function d(n, e, t = "") {
  const o = r("button", { type: "button", class: n }, t);
  return o.addEventListener("click", e), o;
}
const z = "123456789*0#";
class L {
  pressed = r("output", { class: "call-pressed" });
  element;
  constructor(e, t) {
    const o = (s) => {
      e(s), l(this.pressed, ((this.pressed.textContent ?? "") + s).slice(-16));
    }, i = [...z].map((s) => d("call-key", () => o(s), s));
    this.element = r(
      "div",
      { class: "call-keys", id: "call-keys", role: "group", hidden: !0 },
      this.pressed,
      r("div", {}, ...i)
    ), this.element.addEventListener("keydown", (s) => {
      s.key === "Escape" ? (s.stopPropagation(), t()) : z.includes(s.key) && s.key.length === 1 && (s.preventDefault(), o(s.key));
    });
  }
  show(e) {
    a(this.element, "hidden", !e), l(this.pressed, ""), e && this.element.querySelector("button")?.focus();
  }
  update(e) {
    a(this.element, "aria-label", e.keypad), a(this.pressed, "aria-label", e.pressed);
  }
}
const Z = '.call{padding:12px 16px 14px;border-bottom:1px solid var(--tint-line);background:var(--tint);outline-offset:-3px}.call-line{display:flex;align-items:center;gap:12px}.call-meter{position:relative;flex:none;width:14px;height:14px;border-radius:50%;background:#15803d}.call-meter:before{content:"";position:absolute;inset:0;border-radius:50%;background:#15803d;opacity:.25;transform:scale(calc(1 + var(--level, 0)))}.call.microphone .call-meter,.call.connecting .call-meter,.call.waiting .call-meter{background:#b45309}.call.over .call-meter{background:#6b7280}.call-status{flex:1;min-width:0;font-weight:600;line-height:1.35;overflow-wrap:anywhere}.call.over .call-status{font-weight:400}.call-time{flex:none;color:var(--soft);font-variant-numeric:tabular-nums}.call-hint{margin:4px 0 0 26px;color:var(--soft);font-size:13.5px}.call-hint:empty{display:none}.call-buttons{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}.call-button{display:flex;flex:1 1 auto;align-items:center;justify-content:center;gap:7px;min-height:42px;padding:6px 12px;border-radius:12px;background:var(--paper);box-shadow:inset 0 0 0 1.5px var(--tint-line);font-size:14px;font-weight:600}.call-button .icon{width:20px;height:20px}.call-button[aria-pressed=true]{color:#fff;background:#1f2937;box-shadow:none}.call-button.danger{color:#fff;background:#b91c1c;box-shadow:none}.call-buttons .plain{background:var(--paper)}.call-pressed{display:block;min-height:26px;margin-top:10px;font-size:17px;font-weight:650;letter-spacing:.08em;text-align:center}.call-keys>div{display:grid;grid-template-columns:repeat(3,1fr);gap:6px}.call-key{min-height:40px;border-radius:10px;background:var(--paper);box-shadow:inset 0 0 0 1.5px var(--tint-line);font-size:17px;font-weight:650}.call-key:hover,.call-button:not(.danger,[aria-pressed=true]):hover{background:var(--cloud)}@media(max-height:480px){.call{padding-block:8px}.call-key{min-height:30px}}@media(forced-colors:active){.call-button,.call-key{border:1px solid}.call-button[aria-pressed=true]{outline:3px solid Highlight}}', W = {
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
  denied: "This page may not use your microphone. Allow it in the browser’s settings for this page (the icon beside the address), then call again. You can also write to us here.",
  missing: "No microphone was found. Please connect one, or a headset, and call again. You can also write to us here.",
  taken: "Another program is using your microphone. Please close it and call again. You can also write to us here.",
  broken: "Your microphone does not work at the moment. Please check it and call again, or write to us here.",
  unsupported: "Calls do not work in this browser or on this page. Please write to us here."
}, D = {
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
  denied: "Ta strona nie może używać mikrofonu. Zezwól na to w ustawieniach przeglądarki dla tej strony (ikona obok adresu) i zadzwoń ponownie. Możesz też napisać do nas tutaj.",
  missing: "Nie znaleziono mikrofonu. Podłącz mikrofon lub zestaw słuchawkowy i zadzwoń ponownie. Możesz też napisać do nas tutaj.",
  taken: "Mikrofonu używa inny program. Zamknij go i zadzwoń ponownie. Możesz też napisać do nas tutaj.",
  broken: "Mikrofon w tej chwili nie działa. Sprawdź go i zadzwoń ponownie albo napisz do nas tutaj.",
  unsupported: "Rozmowy głosowe nie działają w tej przeglądarce lub na tej stronie. Napisz do nas tutaj."
}, R = {
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
  denied: "Tato stránka nesmí používat mikrofon. Povolte jej v nastavení prohlížeče pro tuto stránku (ikona vedle adresy) a zavolejte znovu. Můžete nám také napsat sem.",
  missing: "Mikrofon nebyl nalezen. Připojte prosím mikrofon nebo náhlavní soupravu a zavolejte znovu. Můžete nám také napsat sem.",
  taken: "Mikrofon používá jiný program. Zavřete jej a zavolejte znovu. Můžete nám také napsat sem.",
  broken: "Mikrofon teď nefunguje. Zkontrolujte jej prosím a zavolejte znovu, nebo nám napište sem.",
  unsupported: "Hovory v tomto prohlížeči nebo na této stránce nefungují. Napište nám prosím sem."
}, g = { pl: D, cs: R, en: W };
function U(n, { phase: e, name: t }) {
  switch (e) {
    case "microphone":
      return n.microphone;
    case "connecting":
      return n.connecting;
    case "open":
      return n.connected;
    case "bot":
      return n.talkingBot;
    case "waiting":
      return n.waiting;
    case "agent":
      return t ? x(n.talkingAgent, { name: t }) : n.talkingPerson;
    case "closed":
      return n.closing;
  }
}
const Y = {
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
  worklet_blocked: "unsupported"
};
function F(n, e) {
  return n[Y[e] ?? "failed"];
}
const w = "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3Zm-6-3.2a6 6 0 0 0 12 0M12 17.300V20.5", H = `${w}M4.5 4.500l15 15`, I = "M6.5 6.500h.01M12 6.500h.01M17.5 6.500h.01M6.5 12h.01M12 12h.01M17.5 12h.01M6.5 17.500h.01M12 17.500h.01M17.5 17.500h.01", K = "M4 14.500c0-5 16-5 16 0v1.800l-4.3.7-.7-2.800c-2-.7-4-.7-6 0l-.7 2.8-4.3-.7v-1.800Z", B = (n) => {
  const e = Math.max(0, Math.floor(n / 1e3));
  return `${Math.floor(e / 60)}:${String(e % 60).padStart(2, "0")}`;
};
class $ {
  constructor(e, t) {
    this.host = e, this.dress(), this.keypad = new L((i) => t.digit(i), () => this.toggleKeys()), this.mute = d("call-button", () => t.mute(!this.state?.muted)), this.keys = d("call-button", () => this.toggleKeys()), this.end = d("call-button danger", () => t.hangUp()), this.again = d("solid", () => t.again()), this.close = d("plain", () => t.close()), a(this.keys, "aria-controls", "call-keys"), a(this.keys, "aria-expanded", "false"), this.mute.append(p(w), r("span")), this.keys.append(p(I, "i-dots"), r("span")), this.end.append(p(K), r("span")), this.on = r("div", { class: "call-buttons" }, this.mute, this.keys, this.end), this.over = r("div", { class: "call-buttons" }, this.again, this.close);
    const o = r("div", { class: "call-line" }, this.meter, this.status, this.time);
    this.element = r(
      "div",
      { class: "call", role: "group", tabindex: "-1" },
      o,
      this.hint,
      this.keypad.element,
      this.on,
      this.over
    );
  }
  host;
  meter = r("i", { class: "call-meter", "aria-hidden": "true" });
  status = r("p", { class: "call-status", role: "status" });
  time = r("span", { class: "call-time", role: "timer" });
  hint = r("p", { class: "call-hint" });
  keypad;
  mute;
  keys;
  end;
  again;
  close;
  on;
  over;
  element;
  state = null;
  code = null;
  since = 0;
  ticking;
  shownMuted = null;
  show(e) {
    const t = this.state === null;
    this.state = e, this.code = null, this.element.isConnected || this.host.slot.replaceChildren(this.element), t && this.element.focus({ preventScroll: !0 }), !["microphone", "connecting"].includes(e.phase) && !this.since && this.begin(), this.redraw();
  }
  ended(e) {
    const t = this.hasFocus;
    clearInterval(this.ticking), this.state = null, this.since = 0, this.code = e, this.element.isConnected || this.host.slot.replaceChildren(this.element), this.keypad.show(!1), this.level(0), this.redraw(), t && this.close.focus();
  }
  hide() {
    const e = this.hasFocus;
    this.element.remove(), e && this.host.left();
  }
  /** How loud the microphone is: the customer sees that it works. */
  level(e) {
    const t = this.state?.muted ? 0 : Math.min(1, Math.sqrt(e) * 2.5);
    this.meter.style.setProperty("--level", t.toFixed(2));
  }
  redraw() {
    const e = this.texts, { state: t } = this;
    a(this.element, "aria-label", e.title), a(this.element, "lang", this.host.lang()), a(this.element, "class", `call ${t?.phase ?? "over"}`), l(this.status, t ? U(e, t) : this.code ? F(e, this.code) : ""), l(this.hint, t?.phase === "microphone" ? e.allow : t?.position ? x(e.place, { n: t.position }) : ""), a(this.time, "aria-label", e.duration), a(this.time, "hidden", !t), a(this.on, "hidden", !t), a(this.over, "hidden", t !== null), this.keypad.update(e), k(this.mute, t?.muted ? e.unmute : e.mute), t && this.shownMuted !== t.muted && (this.shownMuted = t.muted, this.mute.firstElementChild?.replaceWith(p(t.muted ? H : w)), a(this.mute, "aria-pressed", String(t.muted))), k(this.keys, e.keypad), k(this.end, e.hangUp), l(this.again, e.again), l(this.close, e.close), this.tick();
  }
  get texts() {
    const e = this.host.lang();
    return { ...g[e] ?? g.en, ...O(this.host.words, g)[e] };
  }
  get hasFocus() {
    const e = this.element.getRootNode();
    return e instanceof ShadowRoot && this.element.contains(e.activeElement);
  }
  begin() {
    this.since = Date.now(), clearInterval(this.ticking), this.ticking = setInterval(() => this.tick(), 1e3);
  }
  tick() {
    l(this.time, this.since ? B(Date.now() - this.since) : "");
  }
  toggleKeys() {
    const e = this.keys.getAttribute("aria-expanded") !== "true";
    this.keypad.show(e), a(this.keys, "aria-expanded", String(e)), e || this.keys.focus();
  }
  dress() {
    const e = this.host.slot.getRootNode(), t = new CSSStyleSheet();
    t.replaceSync(Z), e.adoptedStyleSheets = [...e.adoptedStyleSheets, t];
  }
}
function k(n, e) {
  const t = n.lastElementChild;
  t && l(t, e);
}
const q = ["token_invalid", "identity_invalid"];
class V {
  constructor(e) {
    this.host = e, this.view = new $(e, {
      mute: (t) => this.line?.mute(t),
      digit: (t) => this.line?.digit(t),
      hangUp: () => this.hangUp(),
      again: () => this.call(),
      close: () => this.view.hide()
    }), addEventListener("beforeunload", (t) => {
      this.line && t.preventDefault();
    });
  }
  host;
  view;
  line = null;
  get calling() {
    return this.line !== null;
  }
  call() {
    this.line || this.dial(!0);
  }
  hangUp() {
    this.line?.hangUp();
  }
  redraw() {
    this.view.redraw();
  }
  dial(e) {
    const { origin: t } = this.host;
    this.line = _({
      url: `${t.replace(/^http/, "ws")}/voice/web`,
      worklet: `${t}/voice-worklet.js`,
      hello: () => this.host.hello(),
      onState: (o) => this.view.show(o),
      onLevel: (o) => this.view.level(o),
      onWelcome: ({ visitorToken: o }) => o && this.host.welcomed(o),
      onEnded: (o) => this.ended(o, e)
    }), this.host.changed();
  }
  ended(e, t) {
    if (this.line = null, q.includes(e.code) && (this.host.refused(e.code), t))
      return this.dial(!1);
    this.view.ended(e.code), this.host.changed();
  }
}
function J(n) {
  return new V(n);
}
export {
  J as createCall
};
