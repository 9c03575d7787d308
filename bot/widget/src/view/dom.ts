/** Building elements. There is no way in here to write HTML: what is given as text stays text. */

type Attributes = Readonly<Record<string, string | boolean>>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) attr(element, name, value);
  element.append(...children);
  return element;
}

/** Set an attribute, or take it away where the value is false; nothing happens where it is so already. */
export function attr(element: Element, name: string, value: string | boolean): void {
  const wanted = value === true ? "" : value;
  if (wanted === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

/** Set a text; unchanged text is left alone, so that a live region does not say it again. */
export function label(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const ICONS = {
  chat: "M12 3c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-.9 0-1.8-.1-2.6-.3L5 20.6c-.5.3-1-.1-.9-.6l.7-3.5C3.6 15 3 12.9 3 10.7 3 6.4 7 3 12 3Z",
  down: "m6 9.5 6 6 6-6",
  close: "m6.5 6.5 11 11m0-11-11 11",
  dots: "M12 5.5h.01M12 12h.01M12 18.5h.01",
  send: "M4.5 12 20 4.5l-4.5 15.5-3.8-6.2L4.5 12Zm7.2 1.8L20 4.5",
  person: "M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4Zm-7 8.3c.6-3.3 3.5-5.3 7-5.3s6.4 2 7 5.3",
  globe: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Zm0 0c2-2.2 3.2-5.2 3.2-8.5S14 5.7 12 3.5C10 5.7 8.8 8.7 8.8 12s1.2 6.3 3.2 8.5ZM4 9.5h16M4 14.5h16",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5Zm4 3.5c.5.7 1.2 1 2 1s1.5-.3 2-1",
  end: "M12 4v8m5.3-5.3a7.5 7.5 0 1 1-10.6 0",
  bot: "M12 7.5V4.5m-4.5 3h9A2.5 2.5 0 0 1 19 10v6a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 5 16v-6a2.5 2.5 0 0 1 2.5-2.5ZM9.3 12v1.5m5.4-1.5v1.5M12 4.5h.01",
  check: "m5 12.5 4.5 4.5L19 7.5",
  phone: "M6.2 4h2.6l1.5 4-2 1.6a12 12 0 0 0 6.1 6.1l1.6-2 4 1.5v2.6c0 1.2-1 2.2-2.2 2.2C10.3 20 4 13.7 4 6.2 4 5 5 4 6.2 4Z",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2",
  warn: "M12 8v5m0 3.5h.01M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
} as const;

export type IconName = keyof typeof ICONS;

/** A line drawing in the colour of the text around it; it says nothing to a screen reader. */
export function drawn(path: string, cls = ""): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  attr(svg, "viewBox", "0 0 24 24");
  attr(svg, "aria-hidden", "true");
  attr(svg, "class", `icon ${cls}`);
  attr(line, "d", path);
  svg.append(line);
  return svg;
}

export const icon = (name: IconName): SVGSVGElement => drawn(ICONS[name], `i-${name}`);

/** A button that shows an icon and is called by its label. */
export function iconButton(name: IconName, cls: string, click: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: cls }, icon(name));
  button.addEventListener("click", click);
  return button;
}

export function textButton(cls: string, click: () => void, text = ""): HTMLButtonElement {
  const button = el("button", { type: "button", class: cls }, text);
  button.addEventListener("click", click);
  return button;
}
