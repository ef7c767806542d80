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
      <div className="top">
        <TopNavigation
          identity={{ href: './', title: 'Licentia', logo: { src: './licentia.svg', alt: '' } }}
          utilities={[
            {
              type: 'menu-dropdown',
              iconName: 'settings',
              ariaLabel: 'Appearance',
              title: 'Appearance',
              items: APPEARANCES.map((id) => ({
                id,
                itemType: 'checkbox',
                text: APPEARANCE_NAMES[id],
                checked: id === appearance,
              })),
              onItemClick: ({ detail }) => setAppearance(detail.id as Appearance),
            },
          ]}
          i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
        />
      </div>
      <main>
        <PlaygroundPage />
      </main>
    </>
  );
}
