import { useState } from 'react';
import { readSettings, type Settings, writeSettings } from './settings.js';

/** What the person chose for this browser, and the way to choose otherwise. */
export function useSettings(): readonly [Settings, (changed: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(readSettings);
  const change = (changed: Partial<Settings>) => {
    const next = { ...settings, ...changed };
    setSettings(next);
    writeSettings(next);
  };
  return [settings, change];
}
