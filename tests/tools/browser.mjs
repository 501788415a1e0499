// Opens pages in a real Chromium and prints what is wrong with each, as a JSON object by path.
// usage: node browser.mjs SCREENSHOT_FOLDER ORIGIN PATH…, with MFASCOPE_NODE_MODULES naming where the packages are
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, origin, ...paths] = process.argv.slice(2);
const modules = process.env.MFASCOPE_NODE_MODULES;
const require = createRequire(join(modules, "index.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  ],
});

// The first page is seen in every view; of the others a scheme and a width each is enough.
const VISITS = [["light", "wide", WIDE], ["dark", "phone", PHONE], ["light", "phone", PHONE], ["dark", "wide", WIDE]];

const reports = {};
for (const [number, path] of paths.entries()) {
  const isFirst = number === 0;
  const report = { title: "", text_without_javascript: "", console: [], policy: [], failed: [], overflow: [], accessibility: [] };
  reports[path] = report;
  for (const [colorScheme, width, viewport] of isFirst ? VISITS : VISITS.slice(0, 2)) {
    await visit(path, report, colorScheme, width, viewport, join(folder, `page-${number}-${colorScheme}-${width}.png`));
  }
  await read(path, report, join(folder, `page-${number}-without-javascript.png`));
  await audit(path, report, isFirst ? [WIDE, PHONE] : [WIDE]);
}

await browser.close();
process.stdout.write(JSON.stringify(reports));

// As a visitor has it: nothing bypassed, and nothing may go wrong.
async function visit(path, report, colorScheme, width, viewport, picture) {
  const context = await browser.newContext({ colorScheme, viewport });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const page = await context.newPage();
  const view = `${colorScheme} ${width}`;
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
  await page.goto(origin + path, { waitUntil: "networkidle" });
  report.title = await page.title();
  const found = await page.evaluate(() => document.documentElement.scrollWidth);
  if (found > viewport.width) report.overflow.push(`${view}: ${found} px wide`);
  await page.screenshot({ path: picture, fullPage: true });
  await context.close();
}

async function read(path, report, picture) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: WIDE });
  const page = await context.newPage();
  await page.goto(origin + path);
  report.text_without_javascript = await page.locator("body").innerText();
  await page.screenshot({ path: picture, fullPage: true });
  await context.close();
}

// axe is a script of ours inside the page: only it needs the policy out of the way.
async function audit(path, report, viewports) {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(origin + path);
  await page.evaluate(axe);
  for (const viewport of viewports) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const { violations } = await page.evaluate(() => window.axe.run());
      for (const { id, nodes } of violations) {
        report.accessibility.push(`${colorScheme} ${viewport.width}: ${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
      }
    }
  }
  await context.close();
}
