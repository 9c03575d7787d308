"use strict";

// The demo shop: a language switch, a switch of who one is, and everything else is the widget's.
(() => {
  const texts = window.shopTexts;
  window.Centrala = window.Centrala || [];

  const kept = (key) => {
    try {
      return localStorage.getItem(`shop:${key}`);
    } catch {
      return null;
    }
  };
  const keep = (key, value) => {
    try {
      localStorage.setItem(`shop:${key}`, value);
    } catch {
      // Then it lasts as long as the page.
    }
  };
  const fromBrowser = navigator.languages.map((lang) => lang.slice(0, 2)).find((lang) => lang in texts);
  const asked = new URLSearchParams(location.search).get("lang");
  let lang = [asked, kept("lang"), fromBrowser].find((wish) => wish in texts) || "pl";
  let contact = kept("contact") || "";
  let failed = false;

  function say() {
    const words = texts[lang];
    document.documentElement.lang = lang;
    for (const element of document.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
    for (const element of document.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", words[element.dataset.label]);
    }
    for (const button of document.querySelectorAll("[data-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    let name = "";
    for (const button of document.querySelectorAll("[data-contact]")) {
      const chosen = button.dataset.contact === contact;
      button.setAttribute("aria-pressed", String(chosen));
      if (chosen && contact) name = button.lastElementChild.textContent;
    }
    const told = name ? words.nowPerson.replace("{name}", name) : words.nowStranger;
    document.getElementById("told").textContent = failed ? words.failed : told;
  }

  // A token lives for minutes: the widget asks for a fresh one at every hello.
  async function identity() {
    const answer = await fetch("/api/v1/demo/identity", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ contact }),
    });
    if (!answer.ok) throw new Error(`identity: ${answer.status}`);
    return (await answer.json()).token;
  }

  function speak(next) {
    if (!(next in texts) || next === lang) return;
    lang = next;
    keep("lang", lang);
    say();
  }

  function be(next) {
    if (next === contact) return;
    contact = next;
    failed = false;
    keep("contact", contact);
    // Somebody else must not see the last one's conversation.
    window.Centrala.push(["logout"]);
    if (contact) window.Centrala.push(["identify", identity]);
    say();
  }

  function refused() {
    failed = true;
    say();
  }

  for (const button of document.querySelectorAll("[data-lang]")) {
    button.addEventListener("click", () => {
      speak(button.dataset.lang);
      window.Centrala.push(["setLanguage", button.dataset.lang]);
    });
  }
  for (const button of document.querySelectorAll("[data-contact]")) {
    button.addEventListener("click", () => be(button.dataset.contact));
  }
  document.getElementById("ask").addEventListener("click", () => window.Centrala.push(["open"]));
  window.Centrala.push(["on", "language", speak], ["on", "identity_invalid", refused], ["on", "identity_error", refused]);
  if (contact) window.Centrala.push(["identify", identity]);
  say();
})();
