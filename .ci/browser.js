// What a scorecard does in a browser: node .ci/browser.js CHROMIUM FOLDER
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const [executablePath, work] = process.argv.slice(2);
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const address = (name) => pathToFileURL(path.join(work, "pages", `${name}.html`)).href;
const shot = (page, name, options = {}) =>
  page.screenshot({ path: path.join(work, "screenshots", `${name}.png`), ...options });

// What the JSON report of the same run says of each item.
const told = (name) => {
  const report = JSON.parse(fs.readFileSync(path.join(work, "pages", `${name}.json`), "utf8"));
  const parts = report.checklists.flatMap((list) =>
    list.sections.map((part) => ({ list: list.name, part: `${list.name}/${part.name}`, items: part.items })));
  return parts.flatMap(({ list, part, items }) => items.map((item) => ({ ...item, list, part })));
};

const shown = (page) =>
  page.$$eval(".item", (items) => items.filter((it) => it.checkVisibility()).map((it) => it.id));
const filtered = async (page, items, fits, why) => {
  const wanted = items.filter(fits).map((item) => item.id);
  assert.deepEqual(await shown(page), wanted, why);
  const count = wanted.length === items.length ? `${items.length} items` : `${wanted.length} of ${items.length} items`;
  assert.equal(await page.textContent("#filters output"), count, why);
  // Parts without an item are gone, too.
  const parts = await page.$$eval(".part", (parts) => parts.filter((it) => it.checkVisibility()).map((it) => it.id));
  assert.deepEqual(parts, [...new Set(items.filter(fits).map((item) => item.part))], why);
};
const has = (verdict) => (item) => item.verdict === verdict;
const press = (page, verdict) => page.click(`button[value="${verdict}"]`);
// By keyboard: findings above take their real height only once they are scrolled to, and so what a mouse
// is pressed on may have moved before it is let go.
const enter = async (locator) => {
  await locator.focus();
  await locator.press("Enter");
};
const overflows = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

class Browser {
  static async start() {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const browser = new Browser();
    browser.chromium = await chromium.launch({ executablePath, args });
    return browser;
  }

  // Opens a page, and has `look` look at it. What the browser complains of, or asks the network for, is wrong.
  async open(name, options, look) {
    const context = await this.chromium.newContext(options);
    // Other work may keep the machine busy.
    context.setDefaultTimeout(90_000);
    const complaints = [];
    context.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    const page = await context.newPage();
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
    });
    await page.goto(address(name) + (options.hash ?? ""));
    await look(page);
    assert.deepEqual(complaints, [], name);
    await context.close();
  }
}

const filters = async (page) => {
  const items = told("not-ready");
  const all = () => true;
  await filtered(page, items, all, "as it is opened");
  for (const verdict of ["fail", "missing"]) {
    await press(page, verdict);
    await filtered(page, items, has(verdict), verdict);
    await press(page, verdict);
  }
  await press(page, "fail");
  await press(page, "missing");
  const isOpen = (item) => has("fail")(item) || has("missing")(item);
  await filtered(page, items, isOpen, "either verdict");
  await page.selectOption("select[name=checklist]", "paladin");
  const isPaladin = (item) => isOpen(item) && item.list === "paladin";
  await filtered(page, items, isPaladin, "a checklist");
  const offered = await page.$$eval("select[name=section] option", (them) => them.map((it) => it.value));
  assert.ok(offered.length > 5 && offered.every((it) => it === "" || it.startsWith("paladin/")), "sections");
  await page.selectOption("select[name=section]", "paladin/security");
  await filtered(page, items, (item) => isPaladin(item) && item.part === "paladin/security", "a section");
  await page.selectOption("select[name=checklist]", "msft-agent");
  assert.equal(await page.inputValue("select[name=section]"), "", "the section is of another checklist");
  await page.click("button[type=reset]");
  await filtered(page, items, all, "all again");
  assert.equal(new URL(page.url()).hash, "", "nothing is chosen");
};

const search = async (page) => {
  const items = told("not-ready");
  await page.fill("input[type=search]", "PALADIN/security  non-root");
  const ids = await shown(page);
  assert.ok(ids.length > 0 && ids.length < items.length, "words of text narrow it down");
  // What stands in a finding is found in every item that has it.
  const report = JSON.parse(fs.readFileSync(path.join(work, "pages", "not-ready.json"), "utf8"));
  const holders = (found) => items.filter((item) => item.findings.includes(found.fingerprint));
  const found = report.diagnostics.find((it) => !it.suppressed && holders(it).length > 2 && !/[`\s]{2}/.test(it.message));
  await page.fill("input[type=search]", found.message.replaceAll("`", ""));
  const holding = await shown(page);
  for (const item of holders(found)) assert.ok(holding.includes(item.id), `${item.id} says ${found.message}`);
  await page.fill("input[type=search]", "nothing says this word: zyzzyva");
  assert.deepEqual(await shown(page), []);
  assert.ok(await page.isVisible("#none"), "it says that nothing is shown");
};

const opening = async (page) => {
  const items = told("not-ready");
  const first = items.find((item) => item.verdict === "fail" && item.findings.length > 1);
  const item = page.locator(`[id="${first.id}"]`);
  assert.equal(await item.locator(".body").isVisible(), false);
  await enter(item.locator("summary"));
  // What is shared with an earlier item is put in only after it is open.
  await item.locator(".finding").nth(first.findings.length - 1).waitFor();
  assert.equal(await item.locator(".finding").count(), first.findings.length);
  assert.ok(await item.locator("pre mark").first().isVisible(), "the excerpt is marked");
  assert.ok((await item.locator(".at a[rel~=noopener]").count()) > 0, "a link to the page of the rule");
  // A later item shows what was written out below an earlier one.
  const seen = new Set();
  const later = items.find((it) => {
    const again = it.findings.length > 0 && !it.as && it.findings.every((found) => seen.has(found));
    for (const found of it.findings) seen.add(found);
    return again;
  });
  const second = page.locator(`[id="${later.id}"]`);
  await enter(second.locator("summary"));
  await second.locator("pre mark").first().waitFor();
  assert.equal(await second.locator("[data-of]").count(), 0, "all is written out");
  const ids = await page.$$eval("[id]", (them) => them.map((it) => it.id));
  assert.equal(new Set(ids).size, ids.length, "ids are unique");
  await page.click("button[name=open]");
  assert.equal(await page.locator(".item > details:not([open])").count(), 0, "all are open");
  await page.click("button[name=close]");
  assert.equal(await page.locator(".item > details[open]").count(), 0, "all are closed");
};

const shared = async (page) => {
  const items = told("not-ready");
  const same = items.find((item) => item.as && item.verdict === items.find((it) => it.id === item.as)?.verdict);
  if (!same) return;
  await page.locator(`[id="${same.id}"] summary`).click();
  await page.locator(`[id="${same.id}"] .why`).waitFor();
  await enter(page.locator(`[id="${same.id}"] .same a[href="#${same.as}"]`));
  // The browser tells of a changed address only after the click.
  await page.locator(`[id="${same.as}"] > details[open]`).waitFor();
};

const colors = (page) => page.evaluate(() => {
  // Of the text and of what it stands on.
  const parts = [".lead", ".meta", ".badge", "h4", ".item summary code", ".severity", ".at", "pre", "pre mark", "pre ins", "a"];
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mix = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((it) => it / 255).map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = [];
  for (const part of parts) {
    for (const it of [...document.querySelectorAll(part)].filter((it) => it.checkVisibility()).slice(0, 60)) {
      const grounds = [];
      for (let at = it; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
      const ground = mix(grounds);
      const ink = mix([...grounds, getComputedStyle(it).color]);
      const [low, high] = [light(ground), light(ink)].sort((a, b) => a - b);
      seen.push({ part, text: it.textContent.slice(0, 20), contrast: (high + 0.05) / (low + 0.05) });
    }
  }
  return { ground: getComputedStyle(document.body).backgroundColor, seen };
});

const readable = async (page, name) => {
  await page.locator(".item[data-verdict=fail] summary").first().click();
  await enter(page.locator(".item[data-verdict=missing] summary").first());
  await page.locator(".item > details[open] pre mark").first().waitFor();
  const { ground, seen } = await colors(page);
  // WCAG 2.2, 1.4.3
  assert.deepEqual(seen.filter((it) => it.contrast < 4.5), [], `${name}: contrast`);
  return ground;
};

const printed = async (page) => {
  await page.click('button[value="fail"]');
  await page.click('button[value="fail"]');
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await page.locator("#filters").isVisible(), false, "controls are not printed");
  const hidden = await page.$$eval(".item .body", (them) =>
    them.filter((it) => !it.checkVisibility({ contentVisibilityAuto: true }) || it.getBoundingClientRect().height === 0).length);
  assert.equal(hidden, 0, "everything is printed");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  await shot(page, "print");
  const pdf = await page.pdf({ path: path.join(work, "screenshots", "print.pdf"), format: "A4" });
  assert.ok(pdf.length > 10_000);
};

const main = async () => {
  const browser = await Browser.start();
  for (const name of ["ready", "not-ready", "compared", "alone"]) {
    await browser.open(name, DESKTOP, async (page) => {
      const items = told(name);
      await filtered(page, items, () => true, name);
      const verdicts = await page.$$eval(".item", (them) => them.map((it) => [it.id, it.dataset.verdict]));
      assert.deepEqual(verdicts, items.map((item) => [item.id, item.verdict]), `${name}: verdicts`);
      const links = await page.$$eval("a[href^='#']", (them) => them.map((it) => it.getAttribute("href")));
      for (const link of new Set(links)) {
        assert.ok(await page.evaluate((id) => document.getElementById(id), link.slice(1)), `${name}: ${link}`);
      }
      await shot(page, name);
    });
  }
  await browser.open("not-ready", DESKTOP, filters);
  await browser.open("not-ready", DESKTOP, search);
  await browser.open("not-ready", DESKTOP, opening);
  await browser.open("not-ready", DESKTOP, shared);
  await browser.open("not-ready", { ...DESKTOP, hash: "#checklist=paladin&section=paladin%2Fsecurity&verdict=fail&text=deployment" }, async (page) => {
    const items = told("not-ready");
    const ids = await shown(page);
    assert.ok(ids.length > 0 && ids.every((id) => has("fail")(items.find((it) => it.id === id)) && id.startsWith("paladin/security/")));
    assert.equal(await page.inputValue("select[name=section]"), "paladin/security");
    assert.equal(await page.inputValue("input[type=search]"), "deployment");
    await page.fill("input[type=search]", "");
    await filtered(page, items, (item) => item.part === "paladin/security" && has("fail")(item), "out of the address");
    await page.reload();
    await filtered(page, items, (item) => item.part === "paladin/security" && has("fail")(item), "loaded again");
    await shot(page, "filtered");
    // A place that is filtered out is shown all the same.
    await page.evaluate(() => { location.hash = "#msft-agent/image/scanned"; });
    await page.locator('[id="msft-agent/image/scanned"] > details[open]').waitFor();
  });
  const light = {};
  for (const [name, options] of [["light", DESKTOP], ["dark", { ...DESKTOP, colorScheme: "dark" }], ["phone", PHONE], ["phone-dark", { ...PHONE, colorScheme: "dark" }]]) {
    await browser.open("not-ready", options, async (page) => {
      assert.equal(await overflows(page), false, `${name}: it scrolls sideways`);
      await shot(page, `${name}-top`);
      light[name] = await readable(page, name);
      await page.locator(".item details[open]").first().scrollIntoViewIfNeeded();
      await shot(page, `${name}-open`);
      await page.click("button[name=open]");
      assert.equal(await overflows(page), false, `${name}: it scrolls sideways when open`);
    });
  }
  assert.notEqual(light.light, light.dark, "dark is dark");
  await browser.open("ready", PHONE, async (page) => {
    await page.click("button[name=open]");
    assert.equal(await overflows(page), false, "ready: it scrolls sideways");
    await shot(page, "ready-phone");
  });
  await browser.open("not-ready", DESKTOP, printed);
  await browser.open("not-ready", { ...DESKTOP, javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("#filters").isVisible(), false, "without a script there are no filters");
    assert.equal(await page.locator(".item").count(), told("not-ready").length);
    await page.locator(".item[data-verdict=fail] summary").first().click();
    assert.ok(await page.locator(".item > details[open] .finding pre mark").first().isVisible(), "findings can be read");
  });
  await browser.chromium.close();
  console.log(`every scorecard works; screenshots are in ${path.join(path.basename(path.dirname(work)), path.basename(work), "screenshots")}`);
};

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
