// Opens a page in a real Chromium and prints what is wrong with it, as JSON.
// usage: node browser.mjs URL SCREENSHOT_FOLDER, with MFASCOPE_NODE_MODULES naming where the packages are
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [url, folder] = process.argv.slice(2);
const modules = process.env.MFASCOPE_NODE_MODULES;
const require = createRequire(join(modules, "index.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const report = { title: "", text_without_javascript: "", console: [], policy: [], failed: [], overflow: [], accessibility: [] };

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  ],
});

// Every view once as a visitor has it: nothing bypassed, and nothing may go wrong.
for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of [["wide", WIDE], ["phone", PHONE]]) {
    const context = await browser.newContext({ colorScheme, viewport });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    const page = await context.newPage();
    const view = `${colorScheme} ${name}`;
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      const list = /policy/i.test(message.text()) ? report.policy : report.console;
      list.push(`${view}: ${message.text()}`);
    });
    page.on("pageerror", (error) => report.console.push(`${view}: ${error}`));
    page.on("requestfailed", (request) => report.failed.push(`${view}: ${request.url()} ${request.failure()?.errorText}`));
    page.on("response", (response) => {
      if (response.status() >= 400) report.failed.push(`${view}: ${response.url()} ${response.status()}`);
    });
    await page.goto(url, { waitUntil: "networkidle" });
    report.title = await page.title();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) report.overflow.push(`${view}: ${width} px wide`);
    await page.screenshot({ path: join(folder, `${colorScheme}-${name}.png`), fullPage: true });
    await context.close();
  }
}

const plain = await browser.newContext({ javaScriptEnabled: false, viewport: WIDE });
const page = await plain.newPage();
await page.goto(url);
report.text_without_javascript = await page.locator("body").innerText();
await page.screenshot({ path: join(folder, "without-javascript.png"), fullPage: true });
await plain.close();

// axe is a script of ours inside the page: only it needs the policy out of the way.
for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [WIDE, PHONE]) {
    const context = await browser.newContext({ bypassCSP: true, colorScheme, viewport });
    const page = await context.newPage();
    await page.goto(url, { waitUntil: "networkidle" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    for (const { id, nodes } of violations) {
      report.accessibility.push(`${colorScheme} ${viewport.width}: ${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    }
    await context.close();
  }
}

await browser.close();
process.stdout.write(JSON.stringify(report));
