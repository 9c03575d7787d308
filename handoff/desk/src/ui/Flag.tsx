import { languageName } from "../i18n";

/** The three that the desk speaks; emoji flags are letters on Windows. */
function art(code: string) {
  switch (code) {
    case "pl":
      return (
        <>
          <path fill="#fff" d="M0 0h18v12H0z" />
          <path fill="#dc143c" d="M0 6h18v6H0z" />
        </>
      );
    case "cs":
      return (
        <>
          <path fill="#fff" d="M0 0h18v12H0z" />
          <path fill="#d7141a" d="M0 6h18v6H0z" />
          <path fill="#11457e" d="M0 0l9 6-9 6z" />
        </>
      );
    case "en":
      return (
        <>
          <path fill="#012169" d="M0 0h18v12H0z" />
          <path stroke="#fff" stroke-width="2.6" d="M0 0l18 12M18 0L0 12" />
          <path stroke="#c8102e" stroke-width="1" d="M0 0l18 12M18 0L0 12" />
          <path stroke="#fff" stroke-width="4" d="M9 0v12M0 6h18" />
          <path stroke="#c8102e" stroke-width="2.2" d="M9 0v12M0 6h18" />
        </>
      );
    default:
      return null;
  }
}

/** A language's flag and code; its name is what a screen reader says, and everybody where it is `named`. */
export function Language({ code, named = false }: { code: string; named?: boolean }) {
  const picture = art(code);
  return (
    <span class={named ? "language named" : "language"} title={languageName(code)}>
      {picture && (
        <svg class="flag" width="15" height="10" viewBox="0 0 18 12" aria-hidden="true">
          {picture}
        </svg>
      )}
      {!named && <span aria-hidden="true">{code.toUpperCase()}</span>}
      <span class={named ? "" : "sr"}>{languageName(code)}</span>
    </span>
  );
}
