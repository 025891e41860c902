#!/usr/bin/env python3
"""Writes authority.pem and server.pem (certificate and key) for a mail server on 127.0.0.1 into a folder."""
import os
import sys

import trustme

folder = sys.argv[1]
authority = trustme.CA()
authority.cert_pem.write_to_path(os.path.join(folder, "authority.pem"))
authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(os.path.join(folder, "server.pem"))
