"use strict";
// Filters, their state in the address, and findings that several items share. Without it, everything can
// be read.
(() => {
  const form = document.getElementById("filters");
  const items = [...document.querySelectorAll(".item")];
  const groups = [...document.querySelectorAll(".checklist, .part")];
  const buttons = [...form.querySelectorAll("button[name=verdict]")];
  const { checklist, section, text } = form.elements;
  // What is open only while the page is printed, where all is.
  let closed = [];
  const output = form.querySelector("output");
  const sections = [...section.querySelectorAll("optgroup")];
  const anySection = section.options[0];

  // What an item is about: [checklist, section, verdict].
  const about = new Map(items.map((item) => {
    const [list, part] = item.id.split("/");
    return [item, { list, section: list + "/" + part, verdict: item.dataset.verdict }];
  }));

  // What an item says, with what it shares with others, in lower case. Asked for only when somebody searches.
  const said = new Map();
  const saidBy = (item) => {
    if (!said.has(item)) {
      const shared = [...item.querySelectorAll("[data-of]")].map((it) => original(it)?.textContent);
      said.set(item, [item.textContent, ...shared].join("\n").toLowerCase());
    }
    return said.get(item);
  };

  const original = (copy) => document.getElementById(copy.dataset.of);

  // Puts in what is written out elsewhere on the page; what that shares in turn, too.
  const fill = (item) => {
    for (let round = 0; round < 2; round++) {
      for (const place of item.querySelectorAll("[data-of]")) {
        const copy = original(place)?.cloneNode(true);
        if (!copy) continue;
        copy.removeAttribute("id");
        for (const inner of copy.querySelectorAll("[id]")) inner.removeAttribute("id");
        saidBy(item);
        place.replaceWith(copy);
      }
    }
  };

  const chosen = () => ({
    checklist: checklist.value,
    section: section.value,
    verdicts: buttons.filter((it) => it.ariaPressed === "true").map((it) => it.value),
    words: text.value.toLowerCase().split(/\s+/).filter(Boolean),
  });

  // Only the sections of the checklist can be chosen.
  const offerSections = () => {
    const wanted = section.value;
    const offered = sections.filter((it) => !checklist.value || it.dataset.checklist === checklist.value);
    section.replaceChildren(anySection, ...offered);
    section.value = wanted;
    if (section.selectedIndex < 0) section.value = "";
  };

  const apply = () => {
    const want = chosen();
    const counts = new Map();
    let shown = 0;
    for (const item of items) {
      const is = about.get(item);
      const fits = (!want.checklist || is.list === want.checklist)
        && (!want.section || is.section === want.section)
        && (!want.words.length || want.words.every((word) => saidBy(item).includes(word)));
      if (fits) counts.set(is.verdict, (counts.get(is.verdict) ?? 0) + 1);
      item.hidden = !(fits && (!want.verdicts.length || want.verdicts.includes(is.verdict)));
      if (!item.hidden) shown++;
    }
    for (const group of groups) group.hidden = !group.querySelector(".item:not([hidden])");
    for (const button of buttons) button.querySelector("b").textContent = counts.get(button.value) ?? 0;
    document.getElementById("none").hidden = shown > 0;
    document.body.classList.toggle("filtered", shown < items.length);
    output.textContent = shown < items.length ? `${shown} of ${items.length} items` : `${shown} items`;
  };

  // The address tells what is chosen, so that it can be handed on.
  const remember = () => {
    const want = chosen();
    const state = new URLSearchParams();
    if (want.checklist) state.set("checklist", want.checklist);
    if (want.section) state.set("section", want.section);
    if (want.verdicts.length) state.set("verdict", want.verdicts.join(","));
    if (text.value.trim()) state.set("text", text.value.trim());
    try {
      history.replaceState(null, "", "#" + state);
    } catch {
      // Some viewers of attachments forbid it.
    }
  };

  const reveal = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) restore(new URLSearchParams());
    for (let at = target; at; at = at.parentElement?.closest("details")) {
      if (at.matches("details")) at.open = true;
    }
    const own = target.matches(".item") ? target.querySelector("details") : null;
    if (own) own.open = true;
    target.scrollIntoView();
  };

  const restore = (state) => {
    const verdicts = (state.get("verdict") ?? "").split(",");
    for (const button of buttons) button.ariaPressed = String(verdicts.includes(button.value));
    checklist.value = state.get("checklist") ?? "";
    if (checklist.selectedIndex < 0) checklist.value = "";
    offerSections();
    section.value = state.get("section") ?? "";
    if (section.selectedIndex < 0) section.value = "";
    text.value = state.get("text") ?? "";
    apply();
  };

  // `#verdict=fail` is a choice, `#paladin/security/tls` a place.
  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) {
      apply();
      reveal(decodeURIComponent(hash));
    } else {
      restore(new URLSearchParams(hash));
    }
  };

  const change = () => {
    apply();
    remember();
  };

  checklist.addEventListener("change", () => {
    offerSections();
    change();
  });
  section.addEventListener("change", change);
  text.addEventListener("input", change);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
      change();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    restore(new URLSearchParams());
    remember();
  });
  const each = (open) => {
    for (const item of items) {
      if (!item.hidden) item.querySelector("details").open = open;
    }
  };
  form.elements.open.addEventListener("click", () => each(true));
  form.elements.close.addEventListener("click", () => each(false));

  for (const item of items) {
    item.querySelector("details").addEventListener("toggle", (event) => {
      if (event.target.open && !closed.length) fill(item);
    });
  }
  // A link to where one is already changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.hash === location.hash) reveal(decodeURIComponent(link.hash.slice(1)));
  });
  addEventListener("hashchange", read);

  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const it of closed) it.open = true;
  });
  addEventListener("afterprint", () => {
    for (const it of closed) it.open = false;
    closed = [];
  });

  document.addEventListener("click", async (event) => {
    if (!event.target.matches?.(".copy")) return;
    const record = event.target.previousElementSibling;
    try {
      await navigator.clipboard.writeText(record.textContent);
      event.target.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(record);
    }
  });
  for (const record of document.querySelectorAll(".record")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    record.after(button);
  }

  form.hidden = false;
  apply();
  read();
})();
