const format = new Intl.NumberFormat('en');

/** A number as a person of this language writes it. */
export const count = (n: number): string => format.format(n);
