const LIGHT = '#ffffff';
const DARK = '#000000';

function channel(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function luminance(color: string): number {
  const value = Number.parseInt(color.slice(1), 16);
  if (Number.isNaN(value)) return 0;
  return (
    0.2126 * channel((value >> 16) & 255) +
    0.7152 * channel((value >> 8) & 255) +
    0.0722 * channel(value & 255)
  );
}

/** The ink that can be read on this colour: white where its contrast is at least 4.5. */
export function inkOn(color: string): string {
  return 1.05 / (luminance(color) + 0.05) >= 4.5 ? LIGHT : DARK;
}
