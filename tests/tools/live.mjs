// Opens a page, opens its first details and focuses its first link of the content, says "ready", waits until the
// page tells something new by itself, and prints what became of the reader's place, as JSON.
// usage: node live.mjs ADDRESS NEW_WORDS, with MFASCOPE_NODE_MODULES naming where the packages are
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.MFASCOPE_NODE_MODULES, "index.js"));
const { chromium } = require("playwright-core");
const [address, words] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"],
});
const page = await browser.newPage();
const problems = [];
page.on("pageerror", (error) => problems.push(String(error)));
await page.goto(address);
await page.locator("main details summary").first().click();
await page.locator("main a").first().focus();
await page.evaluate(() => scrollTo(0, 120));
console.log("ready");
await page.waitForFunction(
  (words) => {
    // As when the reader comes back to the window: the page asks at once, not at its next turn.
    document.dispatchEvent(new Event("visibilitychange"));
    return document.querySelector("main").innerText.includes(words);
  },
  words,
  { polling: 200, timeout: 60_000 },
);
console.log(
  JSON.stringify({
    problems,
    open: await page.locator("main details[open]").count(),
    focused: await page.evaluate(() => document.activeElement.tagName),
    scrolled: await page.evaluate(() => scrollY),
  }),
);
await browser.close();
