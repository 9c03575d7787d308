import "./styles/font.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/bits.css";
import "./styles/shell.css";
import "./styles/overlays.css";
import "./styles/lists.css";
import "./styles/rows.css";
import "./styles/chat.css";
import "./styles/messages.css";
import "./styles/composer.css";
import "./styles/details.css";
import "./styles/calls.css";
import "./styles/recordings.css";
import "./styles/pages.css";
import "./styles/review.css";
import "./styles/narrow.css";
import { render } from "preact";
import { allowSound } from "./lib/chime";
import { startAlerts } from "./state/alerts";
import { startLive } from "./state/live";
import "./state/outgoing";
import { boot } from "./state/session";
import { App } from "./views/App";

const root = document.getElementById("desk");
if (root) {
  allowSound();
  startLive();
  startAlerts();
  render(<App />, root);
  void boot();
}
