import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import TopNavigation from '@cloudscape-design/components/top-navigation';

import { APPEARANCES, useAppearance, type Appearance } from './frame/theme';
import { PlaygroundPage } from './playground/PlaygroundPage';

const APPEARANCE_NAMES: Readonly<Record<Appearance, string>> = {
  system: 'Same as system',
  light: 'Light',
  dark: 'Dark',
};

export function App() {
  const [appearance, setAppearance] = useAppearance();
  return (
    <>
      <TopNavigation>
        <div className="top">
          <a href="./">
            <img src="./licentia.svg" alt="" width="28" height="28" />
            Licentia
          </a>
          <ButtonDropdown
            variant="icon"
            ariaLabel="Appearance"
            items={[
              {
                text: 'Appearance',
                items: APPEARANCES.map((id) => ({
                  id,
                  itemType: 'checkbox',
                  text: APPEARANCE_NAMES[id],
                  checked: id === appearance,
                })),
              },
            ]}
            onItemClick={({ detail }) => setAppearance(detail.id as Appearance)}
          />
        </div>
      </TopNavigation>
      <main>
        <PlaygroundPage />
      </main>
    </>
  );
}
