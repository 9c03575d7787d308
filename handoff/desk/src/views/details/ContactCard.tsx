import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Contact } from "../../api/types";
import { saveContact } from "../../state/actions";
import { Badge, CopyButton } from "../../ui/bits";
import { Language } from "../../ui/Flag";
import { Icon } from "../../ui/Icon";
import { ContactNote } from "./ContactNote";

function Name({ contact }: { contact: Contact }) {
  const [typed, setTyped] = useState<string | null>(null);
  if (typed === null) {
    return (
      <div class="contact-name">
        <strong>{contact.name ?? t("who.stranger")}</strong>
        {contact.vip && <Badge tone="warm">{t("contact.vip")}</Badge>}
        <button
          type="button"
          class="icon-button small"
          aria-label={t("contact.edit_name")}
          title={t("contact.edit_name")}
          onClick={() => setTyped(contact.name ?? "")}
        >
          <Icon name="pen" size={15} />
        </button>
      </div>
    );
  }
  const submit = async (event: Event) => {
    event.preventDefault();
    const name = typed.trim();
    if (!name || name === contact.name || (await saveContact(contact, { name }))) setTyped(null);
  };
  return (
    <form class="contact-name" onSubmit={(event) => void submit(event)}>
      <input
        ref={(input) => {
          if (input && document.activeElement !== input) input.focus();
        }}
        value={typed}
        maxLength={200}
        aria-label={t("contact.name")}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          setTyped(null);
        }}
      />
      <button type="submit" class="button compact">
        {t("common.save")}
      </button>
    </form>
  );
}

/** An address that does not fit breaks after its @, not in the middle of a word. */
function breakable(value: string): ComponentChildren {
  const at = value.indexOf("@") + 1;
  if (at === 0) return value;
  return (
    <>
      {value.slice(0, at)}
      <wbr />
      {value.slice(at)}
    </>
  );
}

function Line({ name, value, href }: { name: string; value: string; href: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="copyable">
        <a href={href}>{breakable(value)}</a>
        <CopyButton text={value} what={name} />
      </dd>
    </div>
  );
}

export function ContactCard({ contact }: { contact: Contact | null }) {
  return (
    <section class="card" aria-labelledby="contact-title">
      <h2 class="card-title" id="contact-title">
        {t("contact.title")}
      </h2>
      {contact ? (
        <>
          <Name key={contact.id} contact={contact} />
          <p class={contact.verified ? "verified yes" : "verified no"}>
            <Icon name={contact.verified ? "shield" : "warn"} size={16} />
            <span>{t(contact.verified ? "contact.verified" : "contact.unverified")}</span>
          </p>
          <dl class="facts">
            {contact.email && (
              <Line
                name={t("contact.email")}
                value={contact.email}
                href={`mailto:${encodeURIComponent(contact.email).replace("%40", "@")}`}
              />
            )}
            {contact.phone && (
              <Line
                name={t("contact.phone")}
                value={contact.phone}
                href={`tel:${contact.phone.replace(/[^+\d]/g, "")}`}
              />
            )}
            {contact.lang && (
              <div>
                <dt>{t("contact.lang")}</dt>
                <dd class="copyable">
                  <Language code={contact.lang} named />
                </dd>
              </div>
            )}
          </dl>
          <ContactNote key={contact.id} contact={contact} />
        </>
      ) : (
        <p class="quiet">{t("contact.none")}</p>
      )}
    </section>
  );
}
