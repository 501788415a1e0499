// Goes through the pages as a reader does: follows every link, chooses, goes back, uses only the keyboard, prints,
// asks for less motion and for the other direction of writing. Prints what was found, as JSON.
// usage: node reader.mjs ORIGIN PATH…, with MFASCOPE_NODE_MODULES naming where the packages are
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.MFASCOPE_NODE_MODULES, "index.js"));
const { chromium } = require("playwright-core");
const [origin, ...paths] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
const problems = [];
page.on("pageerror", (error) => problems.push(`${page.url()}: ${error}`));
page.on("dialog", (dialog) => {
  problems.push(`${page.url()}: a dialog: ${dialog.message()}`);
  dialog.dismiss();
});
page.on("request", (request) => {
  if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) problems.push(`asks ${request.url()}`);
});

const report = {
  problems,
  links: await followLinks(),
  filters: await filters(),
  keyboard: await keyboard(),
  print: await print(),
  right_to_left: await rightToLeft(),
  moving: await moving(),
};
await browser.close();
process.stdout.write(JSON.stringify(report));

// Every address that the pages lead to, once, whatever it asks for.
async function followLinks() {
  const seen = new Set();
  const broken = [];
  for (const path of paths) {
    await page.goto(origin + path);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href));
    for (const link of links.filter((link) => link.startsWith(origin))) {
      const { pathname, hash } = new URL(link);
      if (hash !== "" && pathname === new URL(page.url()).pathname) {
        if ((await page.locator(`[id="${decodeURIComponent(hash.slice(1))}"]`).count()) !== 1) broken.push(`${path}: ${link}`);
        continue;
      }
      if (seen.has(pathname)) continue;
      seen.add(pathname);
      const answer = await context.request.get(link);
      if (!answer.ok()) broken.push(`${path}: ${link}: ${answer.status()}`);
    }
  }
  return { followed: seen.size, broken };
}

// A range by its link, a factor by the form, and back again.
async function filters() {
  await page.goto(`${origin}/challenges`);
  const chosen = async () => ({
    query: new URL(page.url()).search,
    range: await page.locator(".ranges [aria-current]").innerText(),
    factor: await page.locator("select[name=factor]").inputValue(),
    sessions: await page.locator("main .number").first().innerText(),
  });
  const steps = [await chosen()];
  await page.getByRole("link", { name: "400 days" }).click();
  steps.push(await chosen());
  await page.locator("select[name=factor]").selectOption("totp");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/factor=totp/);
  steps.push(await chosen());
  // What is chosen goes along to the next page.
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Recovery" }).click();
  const along = new URL(page.url()).search;
  await page.goBack();
  steps.push(await chosen());
  await page.goBack();
  steps.push(await chosen());
  await page.goBack();
  steps.push(await chosen());
  return { steps, along };
}

// From the address bar to the first figure's query with nothing but Tab and Enter.
async function keyboard() {
  await page.goto(`${origin}/challenges?range=400d`);
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("Enter");
  const main = await page.evaluate(() => document.activeElement.id);
  let outlined = true;
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    const [text, style] = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return [document.activeElement.textContent, `${outlineStyle} ${outlineWidth}`];
    });
    outlined &&= !style.startsWith("none");
    if (text === "Show the query") break;
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/queries\//);
  return { skip, main, outlined, sql: await page.locator("pre").first().innerText() };
}

// As on paper.
async function print() {
  await page.goto(`${origin}/challenges?range=400d`);
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(() => ({
    navigation: document.querySelector("nav.pages").checkVisibility(),
    filters: document.querySelector(".filters form").checkVisibility(),
    figures: document.querySelector(".number").checkVisibility(),
    cut: [...document.querySelectorAll(".scroll")].filter((box) => box.scrollHeight > box.clientHeight + 1).length,
  }));
  const bytes = (await page.pdf({ format: "A4" })).length;
  await page.emulateMedia({ media: null });
  return { ...seen, bytes };
}

// Pages that get wider than the window.
async function rightToLeft() {
  const wide = [];
  for (const path of paths) {
    await page.goto(origin + path);
    await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 1280) wide.push(`${path}: ${width}`);
  }
  return wide;
}

// How many elements still move for those who asked for less of it.
async function moving() {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(origin + paths[0]);
  return page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return animationName !== "none" || transitionDuration.split(", ").some((duration) => duration !== "0s");
      }).length,
  );
}
