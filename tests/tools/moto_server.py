"""moto's server, with a KMS that signs as AWS KMS does: salts of RSASSA-PSS as
long as the hash, digests taken for digests, and messages of 4,096 bytes at most;
and with AWS Organizations where License Manager can be delegated.
"""

import threading

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.kms.exceptions import ValidationException
from moto.kms.responses import KmsResponse
from moto.kms.utils import ECDSAPrivateKey, RSAPrivateKey
from moto.organizations.models import FakeDelegatedAdministrator
from moto.server import main

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
request = threading.local()
moto_sign = KmsResponse.sign


def sign(self):
    request.is_digest = self._get_param("MessageType") == "DIGEST"
    if len(self._get_param("Message")) > 4096:
        raise ValidationException("Member must have length less than or equal to 4096")
    return moto_sign(self)


def hashing(algorithm):
    hash = HASHES[algorithm[-3:]]
    return hash, Prehashed(hash) if request.is_digest else hash


def sign_rsa(self, message, algorithm):
    hash, taken = hashing(algorithm)
    pss = padding.PSS(mgf=padding.MGF1(hash), salt_length=hash.digest_size)
    return self.private_key.sign(message, pss if "_PSS_" in algorithm else padding.PKCS1v15(), taken)


def sign_ecdsa(self, message, algorithm):
    return self.private_key.sign(message, ec.ECDSA(hashing(algorithm)[1]))


KmsResponse.sign = sign
RSAPrivateKey.sign = sign_rsa
ECDSAPrivateKey.sign = sign_ecdsa
FakeDelegatedAdministrator.SUPPORTED_SERVICES += [
    "license-manager.amazonaws.com",
    "license-manager-linux-subscriptions.amazonaws.com",
]
main()
