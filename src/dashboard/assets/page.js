// Keeps a page current without losing the reader's place, and copies what is to be copied. Every page is whole
// without it.
"use strict";

const EVERY_MS = 30_000;

/** What the reader opened stays open: details are known by their summaries. */
function keepOpen(before, after) {
  const summary = (details) => details.querySelector("summary")?.textContent;
  const open = new Set([...before.querySelectorAll("details[open]")].map(summary));
  for (const details of after.querySelectorAll("details")) {
    details.open = open.has(summary(details));
  }
}

/** Whether somebody is at something that a swap would take away. */
function isBusy(main) {
  const active = document.activeElement;
  const isField = active instanceof HTMLSelectElement || active instanceof HTMLInputElement;
  return document.hidden || isField || !getSelection().isCollapsed || main.querySelector(":popover-open") !== null;
}

/** The place of an element among those like it, so that the same one can be found again. */
function placeOf(element, main) {
  const alike = element.tagName.toLowerCase();
  return [alike, [...main.querySelectorAll(alike)].indexOf(element)];
}

async function refresh() {
  const main = document.querySelector("main");
  if (isBusy(main)) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const after = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (after === null || isBusy(main)) return;
  keepOpen(main, after);
  const focused = main.contains(document.activeElement) && main !== document.activeElement ? placeOf(document.activeElement, main) : null;
  const scrolled = [...main.querySelectorAll(".scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
  main.replaceChildren(...after.childNodes);
  [...main.querySelectorAll(".scroll")].forEach((box, place) => {
    [box.scrollLeft, box.scrollTop] = scrolled[place] ?? [0, 0];
  });
  if (focused !== null) main.querySelectorAll(focused[0])[focused[1]]?.focus({ preventScroll: true });
  offerCopies();
}

/** A button beside each text that is there to be copied. */
function offerCopies() {
  for (const text of document.querySelectorAll("[data-copy]")) {
    if (text.previousElementSibling?.matches(".copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    });
    text.before(button);
  }
}

/** Addresses hold what is chosen and nothing else; what was only touched is not chosen when one comes back. */
function keepForms() {
  document.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (value === "") formData.delete(name);
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) form.reset();
  });
}

/** A question that is under way can be given up; names of columns go where the cursor is. */
function helpToAsk() {
  const form = document.querySelector("form.ask");
  if (form === null) return;
  const field = form.querySelector("textarea");
  const cancel = form.querySelector(".cancel");
  let asking = null;
  form.addEventListener("submit", async (event) => {
    // Downloads are the browser's own.
    if (event.submitter !== null && event.submitter.value !== "") return;
    event.preventDefault();
    asking?.abort();
    asking = new AbortController();
    cancel.hidden = false;
    form.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams({ sql: field.value });
      const answer = await fetch(form.action, { method: "POST", body, signal: asking.signal, headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const place = field.selectionStart;
      document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
      helpToAsk();
      const again = document.querySelector("form.ask textarea");
      again?.focus();
      again?.setSelectionRange(place, place);
    } catch (error) {
      if (error.name !== "AbortError") HTMLFormElement.prototype.submit.call(form);
    } finally {
      cancel.hidden = true;
      form.removeAttribute("aria-busy");
    }
  });
  cancel.addEventListener("click", () => asking?.abort());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const name of document.querySelectorAll(".schema dt")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...name.childNodes);
    button.title = "Put it where the cursor is";
    button.addEventListener("click", () => {
      field.setRangeText(button.textContent, field.selectionStart, field.selectionEnd, "end");
      field.focus();
    });
    name.append(button);
  }
}

offerCopies();
helpToAsk();
keepForms();
if (document.body.dataset.live === "true") {
  setInterval(() => refresh().catch(() => {}), EVERY_MS);
  document.addEventListener("visibilitychange", () => refresh().catch(() => {}));
}
