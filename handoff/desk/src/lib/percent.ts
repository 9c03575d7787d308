import { locale } from "../i18n";

/** `41%` of 0.41. */
export function percent(share: number): string {
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 0 }).format(share);
}
