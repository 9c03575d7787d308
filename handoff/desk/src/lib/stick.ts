import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 64;
const MARK_ROOM_PX = 24;

export interface Stick {
  /** whether the reader is at the end */
  atEnd: boolean;
  toEnd: () => void;
}

export interface Moves {
  /** changes whenever something was added at the end */
  content: unknown;
  /** changes when the reader is to be brought to the end: an own message; empty for none */
  forced: string;
  /** names the place, a `[data-mark]` inside, that must not be scrolled past when it appears; or null */
  mark: unknown;
}

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone while they read back.
 */
export function useStick(box: RefObject<HTMLElement | null>, { content, forced, mark }: Moves): Stick {
  const stuck = useRef(true);
  const height = useRef(0);
  const view = useRef(0);
  const [atEnd, setAtEnd] = useState(true);

  const look = () => {
    const element = box.current;
    if (!element) return;
    height.current = element.scrollHeight;
    view.current = element.clientHeight;
    stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    setAtEnd(stuck.current);
  };
  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    look();
  };

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    // The composer grows, the window turns: the end stays the end.
    const sizes = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight;
    });
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    // The scroll event comes a frame late: what counts is where the reader was before this was added, in a box
    // that may have changed its height at the same moment.
    const room = Math.max(view.current, element?.clientHeight ?? 0);
    const away = element ? height.current - element.scrollTop - room : 0;
    if (stuck.current && away < NEAR_PX) toEnd();
    else look();
  }, [content]);
  useLayoutEffect(() => {
    if (forced) toEnd();
  }, [forced]);
  useLayoutEffect(() => {
    const element = box.current;
    const line = mark === null ? null : element?.querySelector("[data-mark]");
    if (!element || !line) return;
    const above = line.getBoundingClientRect().top - element.getBoundingClientRect().top;
    if (above < 0) element.scrollTop += above - MARK_ROOM_PX;
    look();
  }, [mark]);
  return { atEnd, toEnd };
}
