"""moto_server that checks permissions but no signatures: it can't work out those of a listing whose prefix has a slash."""
import sys

import moto.iam.access_control as access_control
from moto.server import main

access_control.IAMRequestBase.check_signature = lambda self: None
main(sys.argv[1:])
