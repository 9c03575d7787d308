import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 64;

export interface Stick {
  /** whether the reader is at the end */
  atEnd: boolean;
  toEnd: () => void;
}

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone while they read back.
 * `content` changes whenever something was added; `forced` also brings the reader back (an own message).
 */
export function useStick(box: RefObject<HTMLElement | null>, content: unknown, forced: unknown, start: () => Element | null): Stick {
  const stuck = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const look = () => {
    const element = box.current;
    if (!element) return;
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
    const first = start();
    if (first) {
      element.scrollTop = element.scrollHeight;
      const above = first.getBoundingClientRect().top - element.getBoundingClientRect().top;
      if (above < 0) element.scrollTop += above - 24;
      look();
    }
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  useLayoutEffect(() => {
    if (stuck.current) toEnd();
  }, [content]);
  useLayoutEffect(toEnd, [forced]);
  return { atEnd, toEnd };
}
