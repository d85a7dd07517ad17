# By the ids of organization and member.
terraform import bitwarden_member.sue 7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b/0b6c9a52-3b0f-4c56-8d43-1f6c3f7a9e21

# By the id of the organization and the e-mail address.
terraform import bitwarden_member.sue 7c2ddcae-5f1a-4b0e-9d3c-aa0e4f0e0d5b/sue@bakery.example
