import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

/** A name that one may want to take along. */
export function CopyText({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span className="name">
      <CopyToClipboard
        variant="inline"
        textToCopy={text}
        copyButtonAriaLabel={`Copy the ${what}`}
        copySuccessText="Copied"
        copyErrorText="It could not be copied"
      />
    </span>
  );
}
