/** Full screen on small screens: the panel follows what is visible above an on-screen keyboard. */

/** Narrow phones, 200 % zoom, and phones lying on their side; the style sheet asks the same. */
export const SMALL = "(max-width: 500px), (max-height: 480px)";

export function followViewport(element: HTMLElement, changed: (full: boolean) => void): void {
  const small = matchMedia(SMALL);
  const view = window.visualViewport;
  const apply = (): void => {
    const zoomed = !view || view.scale > 1.01;
    element.style.setProperty("--view-height", zoomed ? "100%" : `${view.height}px`);
    element.style.setProperty("--view-top", zoomed ? "0px" : `${view.offsetTop}px`);
  };
  view?.addEventListener("resize", apply);
  view?.addEventListener("scroll", apply);
  small.addEventListener("change", () => changed(small.matches));
  apply();
  changed(small.matches);
}
