import { t } from "../i18n";
import { dismiss, hold, letGo, toasts, type Toast } from "../state/toasts";
import { Icon } from "../ui/Icon";

const ICONS = { info: "info", good: "check", bad: "warn" } as const;

function One({ toast }: { toast: Toast }) {
  const act = () => {
    dismiss(toast.id);
    toast.action?.run();
  };
  return (
    <div
      class={`toast ${toast.tone}`}
      role={toast.tone === "bad" ? "alert" : "status"}
      onMouseEnter={() => hold(toast.id)}
      onMouseLeave={() => letGo(toast)}
      onFocusIn={() => hold(toast.id)}
      onFocusOut={() => letGo(toast)}
    >
      <Icon name={ICONS[toast.tone]} />
      <span class="toast-text">{toast.text}</span>
      {toast.action && (
        <button type="button" class="toast-action" onClick={act}>
          {toast.action.label}
        </button>
      )}
      <button
        type="button"
        class="icon-button small"
        aria-label={t("common.dismiss")}
        onClick={() => dismiss(toast.id)}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

export function Toasts() {
  return (
    <div class="toasts" data-toasts>
      {toasts.value.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </div>
  );
}
