/** The one question at the end: how easy was it, from 1 to 7 (customer effort score). */

import type { Actions, Drawing } from "./context";
import { attr, el, label } from "./dom";

const LONGEST_COMMENT = 1_000;

export class SurveyView {
  readonly element: HTMLElement;
  private readonly question = el("legend");
  private readonly low = el("span");
  private readonly high = el("span");
  private readonly scores: HTMLInputElement[] = [];
  private readonly commentName = el("label", { for: "comment" });
  private readonly comment = el("textarea", { id: "comment", rows: "2", maxlength: String(LONGEST_COMMENT) });
  private readonly submit = el("button", { class: "solid" });
  private readonly more: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly thanks = el("p", { class: "thanks", role: "status", tabindex: "-1" });

  constructor(actions: Actions) {
    const tiles = el("div", { class: "tiles" });
    for (let score = 1; score <= 7; score += 1) {
      const radio = el("input", { type: "radio", name: "ces", value: String(score) });
      this.scores.push(radio);
      tiles.append(el("label", { class: "tile" }, radio, el("span", {}, String(score))));
    }
    const ends = el("div", { class: "ends", "aria-hidden": "true" }, this.low, this.high);
    this.more = el("div", { class: "more" }, this.commentName, this.comment, this.submit);
    this.form = el("form", { class: "survey" }, el("fieldset", {}, this.question, tiles, ends), this.more);
    this.element = el("div", {}, this.form, this.thanks);
    this.form.addEventListener("change", () => attr(this.more, "hidden", !this.score));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.score) actions.rate(this.score, this.comment.value.trim());
    });
  }

  private get score(): number {
    return Number(this.scores.find((radio) => radio.checked)?.value ?? 0);
  }

  update({ survey, texts }: Drawing): void {
    if (survey === "none") this.form.reset();
    const hadFocus = this.form.contains((this.form.getRootNode() as ShadowRoot).activeElement);
    attr(this.form, "hidden", survey !== "open");
    attr(this.more, "hidden", !this.score);
    label(this.thanks, survey === "sent" || survey === "done" ? texts.surveyThanks : "");
    if (hadFocus && survey !== "open") this.thanks.focus();
    label(this.question, texts.surveyQuestion);
    label(this.low, texts.surveyLow);
    label(this.high, texts.surveyHigh);
    label(this.commentName, texts.surveyComment);
    label(this.submit, texts.surveySend);
    this.scores.forEach((radio, i) => {
      attr(radio, "aria-label", i === 0 ? texts.surveyLow : i === 6 ? texts.surveyHigh : String(i + 1));
    });
  }
}
