import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { dialog } from "../../state/screen";
import { microphone, speaker } from "../../state/settings";
import { changeDevice, talking } from "../../state/talk";
import { Dialog } from "../../ui/Dialog";
import { Level } from "../call/CallBar";
import { problemWords } from "../call/words";
import { MicrophoneTest } from "./MicrophoneTest";

type Which = "microphone" | "speaker";

const KINDS = { microphone: "audioinput", speaker: "audiooutput" } as const;
const CAN_CHOOSE_SPEAKER = "setSinkId" in AudioContext.prototype;

/** Names are known only once the microphone was allowed; without them there is nothing to choose from. */
async function devicesOf(which: Which): Promise<MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((one) => one.kind === KINDS[which] && one.deviceId && one.deviceId !== "default" && one.label);
}

function useDevices(which: Which, again: number): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    if (!("mediaDevices" in navigator)) return undefined;
    const look = () => void devicesOf(which).then(setDevices, () => undefined);
    look();
    navigator.mediaDevices.addEventListener("devicechange", look);
    return () => navigator.mediaDevices.removeEventListener("devicechange", look);
  }, [which, again]);
  return devices;
}

interface ChooseProps {
  which: Which;
  again: number;
  onFailed: (code: string) => void;
}

function Choose({ which, again, onFailed }: ChooseProps) {
  const devices = useDevices(which, again);
  const kept = (which === "microphone" ? microphone : speaker).value;
  const choose = (id: string) =>
    changeDevice(which, id).then(
      () => onFailed(""),
      (error: unknown) => onFailed((error as { code?: string }).code ?? "microphone_failed"),
    );
  return (
    <label class="field">
      <span>{t(`headset.${which}`)}</span>
      <select value={kept} onChange={(event) => void choose(event.currentTarget.value)}>
        <option value="">{t("headset.default")}</option>
        {devices.map((one) => (
          <option key={one.deviceId} value={one.deviceId}>
            {one.label}
          </option>
        ))}
        {kept && !devices.some((one) => one.deviceId === kept) && <option value={kept}>{t("headset.away")}</option>}
      </select>
    </label>
  );
}

/** Which microphone and which headphones; in a call the change is heard at once. */
export function HeadsetDialog() {
  const [failed, setFailed] = useState("");
  const [allowed, setAllowed] = useState(0);
  return (
    <Dialog title={t("headset.title")} onClose={() => (dialog.value = null)}>
      <Choose which="microphone" again={allowed} onFailed={setFailed} />
      {talking.value ? (
        <p class="headset-level">
          <Level /> <span class="quiet small">{t("headset.level")}</span>
        </p>
      ) : (
        <MicrophoneTest key={microphone.value} device={microphone.value} onAllowed={() => setAllowed(allowed + 1)} />
      )}
      {CAN_CHOOSE_SPEAKER && <Choose which="speaker" again={allowed} onFailed={setFailed} />}
      <p class="problem" role="alert">
        {failed && problemWords(failed)}
      </p>
      <p class="quiet small">{t("headset.lead")}</p>
    </Dialog>
  );
}
