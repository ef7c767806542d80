# The whole way of a license in the AWS CLI, with the profiles vendor, customer and third. Each step
# prints what came of it; lines that begin with = name what the service gave out.
set -eu

lm() {
  profile=$1
  shift
  aws --profile "$profile" --output text license-manager "$@"
}

# The error that ends the call.
refused() {
  if answer=$("$@" 2>&1); then
    echo "nothing: $answer"
  else
    echo "$answer" | sed -n 's/.*(\([A-Za-z]*\)) when calling.*/\1/p'
  fi
}

nonce() {
  cat /proc/sys/kernel/random/uuid
}

used() {
  lm vendor get-license-usage --license-arn "$license" --query 'LicenseUsage.EntitlementUsages[0].ConsumedValue'
}

checkout() {
  lm "$1" checkout-license --product-sku "$SKU" --checkout-type PROVISIONAL --key-fingerprint "$FINGERPRINT" \
    --entitlements "Name=Seats,Value=$2,Unit=Count" --client-token "$(nonce)" --query LicenseConsumptionToken
}

borrow() {
  lm "$1" checkout-borrow-license --license-arn "$license" --entitlements Name=Seats,Value=1,Unit=Count \
    --digital-signature-method JWT_ES256 --client-token "$(nonce)" --query '[LicenseConsumptionToken,SignedToken]'
}

tags() {
  lm vendor list-tags-for-resource --resource-arn "$license" --query "join(',', Tags[].join('=', [Key, Value]))"
}

grant() {
  lm "$1" create-grant --grant-name "$2" --license-arn "$license" --principals "arn:aws:iam::$3:root" \
    --home-region us-east-1 --allowed-operations $4 --client-token "$(nonce)" --query '[GrantArn,Status,Version]'
}

activate() {
  lm "$1" create-grant-version --grant-arn "$2" --status ACTIVE --client-token "$(nonce)" --query '[Status,Version]'
}

version() {
  lm vendor create-license-version --cli-input-json "file://$VERSION" --license-arn "$license" --status "$1" \
    --client-token "$(nonce)" --query '[Status,Version]'
}

set -- $(lm vendor create-license --cli-input-json "file://$LICENSE" --query '[LicenseArn,Status,Version]')
license=$1
echo "=license $license"
echo "created $2 $3"
lm vendor tag-resource --resource-arn "$license" --tags Key=stage,Value=prod
echo "tags $(tags)"
lm vendor untag-resource --resource-arn "$license" --tag-keys team
echo "tags $(tags)"

set -- $(grant vendor Buyer "$CUSTOMER" "$RIGHTS")
grant=$1
echo "=grant $grant"
echo "granted $2 $3"
received=$(lm customer list-received-grants --filters Name=GrantStatus,Values=PENDING_ACCEPT \
  Name=LicenseArn,Values="$license" --query 'Grants[].GrantArn')
test "$received" = "$grant"
echo "accepted" $(lm customer accept-grant --grant-arn "$received" --query '[Status,Version]')
echo "activated" $(activate customer "$grant")
echo "received" $(lm customer list-received-licenses --license-arns "$license" \
  --query 'Licenses[].[Status,ReceivedMetadata.ReceivedStatus]')

taken=$(checkout customer 2)
echo "used $(used)"
lm customer extend-license-consumption --license-consumption-token "$taken" --query Expiration > /dev/null
lm customer check-in-license --license-consumption-token "$taken"
echo "used $(used)"
set -- $(borrow customer)
echo "=borrowed $2"
echo "used $(used)"
lm customer check-in-license --license-consumption-token "$1"

set -- $(grant customer Onward "$THIRD" "CheckoutLicense CheckInLicense")
onward=$1
echo "=onward $onward"
echo "redistributed $2 $3"
lm third accept-grant --grant-arn "$onward" > /dev/null
echo "activated" $(activate third "$onward")
taken=$(checkout third 1)
echo "used $(used)"
lm third check-in-license --license-consumption-token "$taken"

echo "narrowed" $(lm vendor create-grant-version --grant-arn "$grant" --allowed-operations $NARROWED \
  --client-token "$(nonce)" --query '[Status,Version]')
echo "refused $(refused checkout third 1)"
echo "deactivated" $(version DEACTIVATED)
echo "refused $(refused borrow customer)"
echo "available" $(version AVAILABLE)
echo "withdrawn" $(lm vendor delete-grant --grant-arn "$grant" --grant-version 4 --query '[Status,Version]')
echo "onward" $(lm third get-grant --grant-arn "$onward" --query 'Grant.GrantStatus')

set -- $(lm vendor create-token --license-arn "$license" --client-token "$(nonce)" --query '[TokenId,Token]')
token=$1
echo "=token $token"
access=$(aws --no-sign-request --output text license-manager get-access-token --token "$2")
set -- $(aws --no-sign-request --output text sts assume-role-with-web-identity --web-identity-token "$access" \
  --role-arn "arn:aws:iam::$VENDOR:role/AWSLicenseManagerConsumptionRole" --role-session-name laptop \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]')
aws configure set aws_access_key_id "$1" --profile laptop
aws configure set aws_secret_access_key "$2" --profile laptop
aws configure set aws_session_token "$3" --profile laptop
checkout laptop 1 > /dev/null
echo "used $(used)"
lm vendor delete-token --token-id "$token"
echo "token $(lm vendor list-tokens --token-ids "$token" --query 'Tokens[].Status')"

echo "deleted $(lm vendor delete-license --license-arn "$license" --source-version 3 --query Status)"
