/** The whole of what stands on a shop's page: launcher, panel, and the one voice for screen readers. */

import { palette } from "../colour";
import type { Config } from "../config";
import type { Snapshot } from "../snapshot";
import css from "../style.css?inline";
import { LANGUAGES, unreadText, type Texts } from "../texts";
import type { Actions } from "./context";
import { attr, el, icon, label } from "./dom";
import { MenuView } from "./menu";
import { PanelView } from "./panel";
import { followViewport } from "./viewport";

function dress(root: ShadowRoot): void {
  // A constructed sheet needs no `style-src` from the shop's content security policy.
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } else {
    (root as ShadowRoot).append(el("style", {}, css));
  }
}

export class WidgetView {
  private readonly host = el("div", { id: "centrala-chat" });
  private readonly root = el("div", { class: "root", role: "region" });
  private readonly badge = el("span", { class: "badge", "aria-hidden": "true" });
  private readonly launcher: HTMLButtonElement;
  private readonly voice = el("p", { class: "sr", role: "status" });
  private readonly panel: PanelView;
  private opened = false;
  private told = 0;

  constructor(
    private readonly config: Config,
    actions: Actions,
    soundOn: boolean,
  ) {
    const menu = new MenuView(actions, config.languages, soundOn);
    this.panel = new PanelView(
      {
        ...actions,
        choose: (payload, title) => {
          actions.choose(payload, title);
          this.panel.focus();
        },
      },
      menu,
      config.shop,
    );
    this.launcher = el("button", { type: "button", class: "launcher", "aria-controls": "panel" }, icon("chat"), icon("down"), this.badge);
    this.launcher.addEventListener("click", () => (this.opened ? actions.close() : actions.open()));
    this.root.append(this.panel.element, this.launcher, this.voice);
    attr(this.root, "class", `root ${config.position}`);
    for (const [name, value] of Object.entries(palette(config.primary, config.onPrimary))) {
      this.root.style.setProperty(name, value);
    }
    const shadow = this.host.attachShadow({ mode: "open" });
    dress(shadow);
    shadow.append(this.root);
    followViewport(this.root, (full) => this.panel.setFull(full));
    // A shop's own shortcuts are not meant for what is typed here.
    for (const type of ["keydown", "keyup", "keypress"]) this.host.addEventListener(type, (event) => event.stopPropagation());
    document.body.append(this.host);
  }

  texts(lang: string): Texts {
    return { ...(LANGUAGES[lang] ?? LANGUAGES["en"]), ...this.config.texts[lang] } as Texts;
  }

  get isOpen(): boolean {
    return this.opened;
  }

  show(open: boolean, focus: boolean): void {
    const shadow = this.host.shadowRoot;
    const hadFocus = shadow?.activeElement != null && shadow.activeElement !== this.launcher;
    this.opened = open;
    this.panel.show(open);
    this.root.classList.toggle("opened", open);
    if (open && focus) this.panel.focus();
    if (!open && (focus || hadFocus)) this.launcher.focus({ preventScroll: true });
  }

  /** Where the call's part draws. */
  get slot(): HTMLElement {
    return this.panel.slot;
  }

  focus(): void {
    if (this.opened) this.panel.focus();
    else this.launcher.focus({ preventScroll: true });
  }

  update(snapshot: Snapshot, lang: string, calling: boolean): void {
    const texts = this.texts(lang);
    this.root.classList.toggle("calling", calling);
    attr(this.root, "lang", lang);
    attr(this.root, "aria-label", texts.region);
    attr(this.launcher, "aria-expanded", String(this.opened));
    const unread = this.opened ? 0 : snapshot.unread;
    const told = unread ? unreadText(texts, lang, unread) : "";
    attr(this.launcher, "aria-label", this.opened ? texts.close : [texts.open, told, calling && texts.inCall].filter(Boolean).join(", "));
    label(this.badge, unread > 9 ? "9+" : unread ? String(unread) : "");
    if (unread > this.told && !snapshot.replaying) label(this.voice, told);
    else if (!unread) label(this.voice, this.opened && snapshot.survey === "open" ? texts.surveyQuestion : "");
    this.told = unread;
    this.panel.update({ ...snapshot, texts, lang, callable: this.config.voice && !calling });
  }
}
