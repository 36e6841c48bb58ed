"""moto_server that checks permissions but not signatures: it can't verify those of listings with a slash in the prefix."""
import sys

import moto.iam.access_control as access_control
from moto.server import main

access_control.IAMRequestBase.check_signature = lambda self: None
main(sys.argv[1:])
