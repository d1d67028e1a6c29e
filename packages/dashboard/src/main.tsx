/** Where the browser begins: theme, clock, live connection, and the frame with the page of the address. */
import { render } from "preact";
import { startClock } from "./connection/clock.ts";
import { startLive } from "./connection/live.ts";
import { applyLiveAnswers } from "./connection/live-answers.ts";
import { Shell } from "./shell/shell.tsx";
import { applyTheme } from "./shell/theme.ts";
import { keepTimeStyle } from "./shell/time-style.ts";
import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/forms.css";
import "./styles/table.css";
import "./styles/run.css";
import "./styles/charts.css";
import "./styles/insight.css";
import "./styles/alerts.css";
import "./styles/print.css";

applyTheme();
keepTimeStyle();
startClock();
applyLiveAnswers();
startLive();

const root = document.getElementById("application");
if (root !== null) render(<Shell />, root);
