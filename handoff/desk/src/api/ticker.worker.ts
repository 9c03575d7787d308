/** Ticks every second. A hidden tab's own timers sleep up to a minute, and a page silent for 60 s is gone. */
setInterval(() => postMessage(0), 1_000);
