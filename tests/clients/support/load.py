"""Clients that keep consuming a license while the service dies under them, and remember what it told them."""

import random
from collections import namedtuple
from http.client import HTTPException

from .samples import borrow_request, checkout_request
from .wire import call

# What a client sees of a service that is gone.
GONE = (OSError, HTTPException)
MOST_AT_ONCE = 3
# The more a client holds, the more it returns.
USUALLY_HELD = 8
# Of what was found in place before, so much is asked for again.
SAMPLE = 10

# A checkout that counts: its seats, and the member of its request that names the beneficiary, if it does.
Held = namedtuple("Held", ["seats", "beneficiary"])


class Client:
    """One request after the other, each with a client token of its own; one without answer is repeated."""

    def __init__(self, seed, vendor, license):
        self.random = random.Random(seed)
        self.vendor, self.license = vendor, license
        self.unanswered = None
        # Requests of checkouts with their answers, and consumption tokens, as acknowledged.
        self.taken, self.returned = [], []
        # By consumption token: what is held, and until when it was extended.
        self.held, self.extended = {}, {}
        self.acknowledged = 0
        self._verified = {"taken": 0, "returned": 0}

    def work(self, vendor):
        """Asks until the service is gone."""
        try:
            while True:
                self._ask(vendor, *(self.unanswered or self._next()))
        except GONE:
            return

    def settle(self, vendor):
        """Repeats what the service did not answer before it was gone."""
        if self.unanswered:
            self._ask(vendor, *self.unanswered)

    def verify(self, vendor, everything=False):
        """What was acknowledged is there: all that was not yet found so, and some of the rest."""
        for operation, request, body in self._to_verify("taken", everything):
            assert call(vendor, operation, request).body == body
        for token in self._to_verify("returned", everything):
            answer = call(vendor, "CheckInLicense", {"LicenseConsumptionToken": token})
            assert is_not_found(answer), answer.body
        for token, expiration in self.extended.items():
            answer = call(vendor, "ExtendLicenseConsumption", {"LicenseConsumptionToken": token, "DryRun": True})
            assert answer.status == 200 and answer.json["Expiration"] >= expiration, answer.body

    def _next(self):
        """An operation and a request of it."""
        if self.held and self.random.random() < len(self.held) / (2 * USUALLY_HELD):
            token = self.random.choice(list(self.held))
            return "CheckInLicense", {"LicenseConsumptionToken": token} | self.held[token].beneficiary
        if self.held and self.random.random() < 0.2:
            return "ExtendLicenseConsumption", {"LicenseConsumptionToken": self.random.choice(list(self.held))}
        count, token = self.random.randint(1, MOST_AT_ONCE), f"{self.random.getrandbits(128):032x}"
        if self.random.random() < 0.3:
            return "CheckoutBorrowLicense", borrow_request(self.license["LicenseArn"], count, ClientToken=token)
        return "CheckoutLicense", checkout_request(self.vendor, self.license, count, ClientToken=token)

    def _ask(self, vendor, operation, request):
        is_repeated = self.unanswered is not None
        self.unanswered = operation, request
        answer = call(vendor, operation, request)
        self.unanswered = None
        self.acknowledged += 1
        token = request.get("LicenseConsumptionToken")
        if operation == "CheckInLicense":
            # What is repeated may have been carried out the first time.
            assert answer.status == 200 or is_repeated and is_not_found(answer), answer.body
            del self.held[token]
            self.extended.pop(token, None)
            self.returned.append(token)
        elif operation == "ExtendLicenseConsumption":
            # What is borrowed cannot be extended.
            assert answer.status == 200 or answer.code == "ValidationException", answer.body
            if answer.status == 200:
                self.extended[token] = answer.json["Expiration"]
        elif answer.status == 200:
            self.taken.append((operation, request, answer.body))
            beneficiary = {name: value for name, value in request.items() if name == "Beneficiary"}
            held = Held(int(request["Entitlements"][0]["Value"]), beneficiary)
            self.held[answer.json["LicenseConsumptionToken"]] = held
        else:
            assert answer.code == "NoEntitlementsAllowedException", answer.body

    def _to_verify(self, name, everything):
        entries, before = getattr(self, name), 0 if everything else self._verified[name]
        self._verified[name] = len(entries)
        return entries[before:] + self.random.sample(entries[:before], min(before, SAMPLE))


def is_not_found(answer):
    return answer.status == 400 and answer.code == "ResourceNotFoundException"
