import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';

import { recall, remember } from './remembered';

export const APPEARANCES = ['system', 'light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Light or dark: as chosen, else as the system has it. */
export function useAppearance(): [Appearance, (appearance: Appearance) => void] {
  const [appearance, setAppearance] = useState(recalled);
  useEffect(() => {
    const apply = (): void => applyMode(isDark(appearance) ? Mode.Dark : Mode.Light);
    apply();
    DARK.addEventListener('change', apply);
    return () => DARK.removeEventListener('change', apply);
  }, [appearance]);
  return [
    appearance,
    (chosen) => {
      remember('appearance', chosen);
      setAppearance(chosen);
    },
  ];
}

/** Applied before the first paint, so that nothing flashes. */
export function applyAppearance(): void {
  applyMode(isDark(recalled()) ? Mode.Dark : Mode.Light);
}

function recalled(): Appearance {
  const name = recall<Appearance>('appearance');
  return name !== undefined && APPEARANCES.includes(name) ? name : 'system';
}

function isDark(appearance: Appearance): boolean {
  return appearance === 'dark' || (appearance === 'system' && DARK.matches);
}
