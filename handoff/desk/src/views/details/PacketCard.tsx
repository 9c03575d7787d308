import { label, t } from "../../i18n";
import type { Conversation, Heard, Packet } from "../../api/types";
import { percent } from "../../lib/percent";
import { queue } from "../../state/lists";
import { Badge, CopyButton, PhoneLink } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { Text } from "../MessageGroup";
import { Waiting } from "../QueueList";

function sure(confidence: number): string {
  if (confidence >= 0.7) return "good";
  return confidence >= 0.4 ? "warm" : "bad";
}

function HeardLine({ heard }: { heard: Heard }) {
  const { confidence } = heard;
  return (
    <li class="heard">
      <span class="heard-text" dir="auto">
        “{heard.text}”
      </span>
      {confidence !== null && (
        <span class={`heard-sure ${sure(confidence)}`}>
          <span class="meter" aria-hidden="true">
            <i style={{ width: `${Math.round(confidence * 100)}%` }} />
          </span>
          <span aria-hidden="true">{percent(confidence)}</span>
          <span class="sr">{t("packet.confidence", { percent: percent(confidence) })}</span>
        </span>
      )}
    </li>
  );
}

function shownSlots(packet: Packet): [string, string][] {
  return Object.entries(packet.slots)
    .filter(([, value]) => value !== null && value !== "" && typeof value !== "object")
    .map(([name, value]) => [name, String(value)]);
}

/** `order_status · order_number=10023 · asked`: a line for machines, whose parts stand here in words. */
function isIndex(summary: string, packet: Packet): boolean {
  return summary.split(" · ", 1)[0] === (packet.intent ?? "?");
}

function Facts({ packet }: { packet: Packet }) {
  const slots = shownSlots(packet);
  if (!packet.intent && slots.length === 0 && packet.misses === 0 && packet.skills.length === 0) return null;
  return (
    <dl class="facts">
      {packet.intent && (
        <div>
          <dt>{t("packet.intent")}</dt>
          <dd>{label("intent", packet.intent)}</dd>
        </div>
      )}
      {slots.map(([name, value]) => (
        <div key={name}>
          <dt>{label("slot", name)}</dt>
          <dd class="copyable">
            <strong class="number">{value}</strong>
            <CopyButton text={value} what={label("slot", name)} />
          </dd>
        </div>
      ))}
      {packet.misses > 0 && (
        <div>
          <dt>{t("packet.misses")}</dt>
          <dd>{packet.misses}</dd>
        </div>
      )}
      {packet.skills.length > 0 && (
        <div>
          <dt>{t("packet.skills")}</dt>
          <dd class="tags">
            {packet.skills.map((skill) => (
              <Badge key={skill}>{skill}</Badge>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

function CallBack({ phone }: { phone: string }) {
  return (
    <p class="call-back">
      <Icon name="phone" size={16} />
      <span>{t("packet.call")}</span>
      <PhoneLink phone={phone} />
    </p>
  );
}

export function PacketCard({ conversation }: { conversation: Conversation }) {
  const { packet } = conversation;
  const waiting = queue.value.find((item) => item.id === conversation.id);
  const phone = packet?.callback_phone ?? waiting?.callback_phone ?? null;
  return (
    <section class="card" aria-labelledby="packet-title">
      <h2 class="card-title" id="packet-title">
        {t("packet.title")}
        {waiting && <Waiting since={waiting.waiting_since} />}
      </h2>
      {packet ? (
        <>
          <p class={`why ${packet.reason}`}>
            <Icon name={packet.reason === "bot_failed" ? "warn" : packet.reason === "policy" ? "shield" : "info"} />
            <span>{label("why", packet.reason)}</span>
          </p>
          {phone && <CallBack phone={phone} />}
          {packet.summary && !isIndex(packet.summary, packet) && (
            <div class="summary" aria-label={t("packet.summary")} role="group">
              <Text text={packet.summary} lang={packet.lang} />
            </div>
          )}
          <Facts packet={packet} />
          {packet.last_heard.length > 0 && (
            <>
              <h3 class="card-sub">{t("packet.heard")}</h3>
              <ul class="heard-list" lang={packet.lang}>
                {packet.last_heard.map((heard, index) => (
                  <HeardLine key={index} heard={heard} />
                ))}
              </ul>
            </>
          )}
        </>
      ) : (
        <p class="quiet">{t("packet.none")}</p>
      )}
    </section>
  );
}
