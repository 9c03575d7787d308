import { t } from "../i18n";
import { pane } from "../state/screen";
import { transcript } from "../state/transcripts";
import { Icon } from "../ui/Icon";
import { ContactCard } from "./details/ContactCard";
import { History } from "./details/History";
import { PacketCard } from "./details/PacketCard";

export function Details({ id }: { id: string }) {
  const { conversation } = transcript(id).value;
  return (
    <aside class="column details" aria-label={t("nav.details")}>
      <div class="details-back">
        <button type="button" class="text-button" onClick={() => (pane.value = "chat")}>
          <Icon name="back" size={16} />
          <span>{t("common.back")}</span>
        </button>
      </div>
      {conversation && (
        <div class="details-scroll" tabIndex={0} role="group" aria-label={t("nav.details")}>
          <PacketCard conversation={conversation} />
          <ContactCard contact={conversation.contact} />
          {conversation.contact && <History contactId={conversation.contact.id} except={id} />}
        </div>
      )}
    </aside>
  );
}
